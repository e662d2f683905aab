import { isBuilt } from '../cluster/server-programs';

/**
 * Describes tests on the production form. Where it would have to be built first, or something else is missing, they are
 * left out, and a line says why: nobody's tests take minutes more because of them.
 *
 * @param missing what else is not there, in words; null: everything is
 */
export function describeOnProductionForm(name: string, missing: string | null, body: () => void): void {
  const reason = isBuilt('temporal-server')
    ? missing
    : 'the production Temporal server is not built (npm run cluster builds it)';
  if (reason === null) {
    describe(name, body);
  } else {
    process.stderr.write(`Left out: ${name}: ${reason}\n`);
    describe.skip(name, body);
  }
}
