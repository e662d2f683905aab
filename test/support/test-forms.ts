import { killServersNow } from '../../src/embedded/embedded-server';
import { freePort, PortTakenError } from '../../src/embedded/ports';
import { startPostgres } from '../../src/embedded/postgres';
import type { Say } from '../../src/embedded/progress';
import { findTemporalBinary } from '../../src/embedded/temporal-binary';
import { startTemporalServer } from '../../src/embedded/temporal-server';
import { newSecrets } from '../cluster/secrets';
import { startServers } from '../cluster/servers';
import { composeFileWith } from './compose-file';

/** The servers that tests run against: those of `npm start`, or those of docker-compose.yml. */
export type TestForm = 'embedded' | 'cluster';

export type ServersUnderTest = {
  /** Of a database from which others can be made. */
  databaseUrl: string;
  temporalAddress: string;
  stop(): Promise<void>;
  /** For the moment when nothing can be waited for any more. */
  killNow(): void;
};

/** TEST_FORM, by which whole suites run with the production servers; jest.config.cjs leaves out what cannot. */
export function testForm(env: NodeJS.ProcessEnv = process.env): TestForm {
  const form = env.TEST_FORM || 'embedded';
  if (form === 'embedded' || form === 'cluster') return form;
  throw new Error(`TEST_FORM must be embedded or cluster, and is ${form}. For example TEST_FORM=cluster.`);
}

/** Starts PostgreSQL and a Temporal server with their data in a folder that ends with the tests. */
export function serversOf(form: TestForm, folder: string, say: Say): Promise<ServersUnderTest> {
  return form === 'cluster' ? productionServers(folder, say) : embeddedServers(folder, say);
}

async function productionServers(folder: string, say: Say): Promise<ServersUnderTest> {
  const compose = composeFileWith(newSecrets());
  const { postgres, temporalAddress, stop, killNow } = await startServers({ folder, compose, durable: false, say });
  return { databaseUrl: postgres.adminUrl, temporalAddress, stop, killNow };
}

async function embeddedServers(folder: string, say: Say): Promise<ServersUnderTest> {
  const postgres = startPostgres({ dataDir: folder, port: null, durable: false, say });
  const cliPath = process.env.TEMPORAL_CLI_PATH || null;
  const binary = findTemporalBinary({ cliPath, env: process.env, say });
  const temporal = binary.then((found) =>
    onFreePort((port) =>
      startTemporalServer({
        ...{ binary: found, dataDir: folder, port, uiPort: null },
        ...{ namespace: 'default', synchronous: 'NORMAL', say },
      }),
    ),
  );
  const stop = async () => {
    const started = await Promise.allSettled([postgres, temporal]);
    await Promise.all(started.map((outcome) => outcome.status === 'fulfilled' && outcome.value.stop()));
  };
  try {
    const [{ url }, { address }] = await Promise.all([postgres, temporal]);
    return { databaseUrl: url, temporalAddress: address, stop, killNow: killServersNow };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A port that was free a moment ago may be taken now: then another one. */
async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === 5) throw error;
    }
  }
}
