import { startTestServers, type TestServers } from './test-servers';

declare global {
  var testServers: TestServers | undefined;
}

/**
 * Starts what the tests run against. They find it in TEST_DATABASE_URL (each test file makes a database of its own from
 * there), TEST_TEMPORAL_ADDRESS and TEST_WORKFLOW_BUNDLE. JEST_PURE=1 starts nothing, for tests that need no servers;
 * TEST_FORM=cluster starts the servers of docker-compose.yml.
 */
export default async function globalSetup(): Promise<void> {
  if (process.env.JEST_PURE === '1') return;
  const servers = await startTestServers();
  globalThis.testServers = servers;
  process.env.TEST_DATABASE_URL = servers.databaseUrl;
  process.env.TEST_TEMPORAL_ADDRESS = servers.temporalAddress;
  process.env.TEST_WORKFLOW_BUNDLE = servers.workflowBundle;

  // Jest ends on a signal without its teardown, and the servers would stay.
  for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const, ['SIGHUP', 129] as const]) {
    process.once(signal, () => {
      servers.killNow();
      process.exit(code);
    });
  }
}
