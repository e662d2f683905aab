import { invalidField } from './problems';

/**
 * The times of a list's `from` (included) and `to` (excluded).
 *
 * @throws ApiProblem 422 when they are in the wrong order
 */
export function timeRange(query: { from?: string | undefined; to?: string | undefined }) {
  const from = query.from === undefined ? undefined : new Date(query.from);
  const to = query.to === undefined ? undefined : new Date(query.to);
  if (from && to && from > to) {
    throw invalidField(
      'from',
      'after_to',
      '"from" must not be later than "to", for example ?from=2026-11-30T00:00:00Z&to=2026-12-01T00:00:00Z',
    );
  }
  return { from, to };
}
