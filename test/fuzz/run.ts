// Lets schemathesis (https://schemathesis.io) try the API by its OpenAPI document, on the service with real servers: no
// answer with 5xx, none that is not documented, no invalid request accepted. `npm run fuzz`; an argument names a file
// for the numbers, `{"passed": 33, "failed": 0}`, where an operation counts as one.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, startStack } from '../support/stack';
import { startTestServers } from '../support/test-servers';
import { withKnownIds } from './known-ids';
import { findSchemathesis, runSchemathesis } from './schemathesis';
import { makeThings } from './things';

/** So many calls of each operation at most with generated data, besides those at the borders of every schema. */
const examplesPerOperation = process.env.FUZZ_EXAMPLES ?? '30';
/** The same cases every time, until somebody wants others. */
const seed = process.env.FUZZ_SEED ?? '20261130';
const casesAtLeast = 2_000;
/** One or two minutes on two cores that have nothing else to do. */
const withinMs = 480_000;

type Numbers = { passed: number; failed: number };

/** Starts the servers and the service, and leaves it to `end` to stop them: there is nothing to be kept. */
async function fuzz(schemathesis: string): Promise<Numbers & { end(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'followups-fuzz-'));
  const servers = await startTestServers();
  const end = () => {
    servers.killNow();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      end();
      process.exit(1);
    });
  }
  try {
    process.env.TEST_DATABASE_URL = servers.databaseUrl;
    process.env.TEST_TEMPORAL_ADDRESS = servers.temporalAddress;
    process.env.TEST_WORKFLOW_BUNDLE = servers.workflowBundle ?? '';
    return { ...(await tryAll(await startStack(), schemathesis, folder)), end };
  } catch (error) {
    end();
    throw error;
  }
}

async function tryAll(stack: Stack, schemathesis: string, folder: string): Promise<Numbers> {
  const { kept, doomed } = await makeThings(stack);
  const document = await (await fetch(`${stack.baseUrl}/openapi.json`)).json();
  const documentFile = join(folder, 'openapi.json');
  const junitFile = join(folder, 'junit.xml');
  writeFileSync(documentFile, JSON.stringify(withKnownIds(document, kept, doomed)));
  const { exitCode, output } = await runSchemathesis(
    schemathesis,
    [
      ...['--config-file', join(__dirname, 'schemathesis.toml'), 'run', documentFile],
      ...['--url', stack.baseUrl, '--header', `Authorization: Bearer ${stack.adminKey}`],
      ...['--phases', 'examples,coverage,fuzzing', '--mode', 'all', '--max-examples', examplesPerOperation],
      ...['--seed', seed, '--generation-database', 'none', '--continue-on-failure'],
      // A valid request may be refused for what no schema can say: hours that overlap, a time zone that is none.
      ...['--checks', 'all', '--exclude-checks', 'positive_data_acceptance'],
      // A stream has no end to wait for.
      ...['--exclude-operation-id', 'streamEvents'],
      ...['--request-timeout', '10', '--warnings', 'off', '--no-color'],
      ...['--report', 'junit', '--report-junit-path', junitFile],
    ],
    folder,
    withinMs,
  );
  return numbers(exitCode, output, junitFile);
}

function numbers(exitCode: number, output: string, junitFile: string): Numbers {
  let passed = 0;
  let failed = 0;
  try {
    const [suite = ''] = /<testsuite .*?>/.exec(readFileSync(junitFile, 'utf8')) ?? [];
    const count = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
    failed = count('errors') + count('failures');
    passed = count('tests') - failed - count('skipped');
  } catch {
    console.log(`schemathesis did not come to its end within ${withinMs / 1_000} s.`);
  }
  const cases = Number(/(\d+) generated/.exec(output)?.[1] ?? 0);
  if (cases < casesAtLeast) console.log(`Only ${cases} cases were tried; ${casesAtLeast} are to be.`);
  if (failed === 0 && (exitCode !== 0 || cases < casesAtLeast)) failed = 1;
  return { passed, failed };
}

async function main(): Promise<void> {
  const schemathesis = findSchemathesis();
  if (schemathesis === null) console.log('The API is not fuzzed: schemathesis needs python3, which is not here.');
  const nothing = { passed: 0, failed: 0, end: () => {} };
  const { passed, failed, end } = schemathesis === null ? nothing : await fuzz(schemathesis);
  const [resultsFile] = process.argv.slice(2);
  if (resultsFile) writeFileSync(resultsFile, JSON.stringify({ passed, failed }));
  end();
  process.exit(failed === 0 ? 0 : 1);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
