import { freePort } from '../../src/embedded/ports';
import { findTemporalBinary } from '../../src/embedded/temporal-binary';
import { startTemporalServer, type TemporalServer } from '../../src/embedded/temporal-server';

/**
 * A Temporal server of the test's own that suggests to continue as new after 60 events. The real limit takes a thousand
 * messages; what happens at it is the same.
 */
export async function startShortRunsServer(dataDir: string): Promise<TemporalServer> {
  const say = () => {};
  const binary = await findTemporalBinary({ cliPath: process.env.TEMPORAL_CLI_PATH || null, env: process.env, say });
  return startTemporalServer({
    ...{ binary, dataDir, port: await freePort(), uiPort: null, namespace: 'default', say },
    synchronous: 'NORMAL',
    dynamicConfig: ['limit.historyCount.suggestContinueAsNew=60'],
  });
}
