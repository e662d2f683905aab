import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { type DataLock, lockDataDir } from '../../src/embedded/data-lock';
import { type EmbeddedServer, killServersNow } from '../../src/embedded/embedded-server';
import { freePort, PortTakenError } from '../../src/embedded/ports';
import { startPostgres, stopLeftPostgres } from '../../src/embedded/postgres';
import { findTemporalBinary } from '../../src/embedded/temporal-binary';
import { startTemporalServer, stopLeftServers } from '../../src/embedded/temporal-server';

/** What the tests share: one PostgreSQL and one Temporal server, with their data in a folder of its own. */
export interface TestServers {
  /** Of a database from which each test file makes its own. */
  databaseUrl: string;
  temporalAddress: string;
  /** null until there are workflows. */
  workflowBundle: string | null;
  stop(): Promise<void>;
  /** For the moment when nothing can be waited for any more. */
  killNow(): void;
}

const prefix = 'followups-test-';
const say = (line: string) => process.stderr.write(`${line}\n`);

/** Starts everything, or, when something fails, stops what was started and throws. */
export async function startTestServers(): Promise<TestServers> {
  await removeLeftovers();
  const folder = mkdtempSync(join(realpathSync(tmpdir()), prefix));
  chmodSync(folder, 0o711);
  const lock = await lockDataDir(folder);
  const servers: EmbeddedServer[] = [];
  const killNow = () => {
    killServersNow();
    remove(folder, lock);
  };
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    remove(folder, lock);
  };

  try {
    const postgres = async () => {
      const server = await startPostgres({ dataDir: folder, port: null, durable: false, say });
      servers.push(server);
      return server.url;
    };
    const temporal = async () => {
      const cliPath = process.env.TEMPORAL_CLI_PATH || null;
      const binary = await findTemporalBinary({ cliPath, env: process.env, say });
      const server = await onFreePort((port) =>
        startTemporalServer({
          ...{ binary, dataDir: folder, port, uiPort: null },
          ...{ namespace: 'default', synchronous: 'NORMAL', say },
        }),
      );
      servers.push(server);
      return server.address;
    };
    const started = await Promise.allSettled([postgres(), temporal(), bundle(folder)]);
    for (const outcome of started) if (outcome.status === 'rejected') throw outcome.reason;
    const [databaseUrl, temporalAddress, workflowBundle] = started.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : null,
    );
    return {
      databaseUrl: databaseUrl ?? '',
      temporalAddress: temporalAddress ?? '',
      workflowBundle: workflowBundle ?? null,
      stop,
      killNow,
    };
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

/** The workflow code as one file, built once for all workers of all tests. */
async function bundle(folder: string): Promise<string | null> {
  const workflows = join(__dirname, '..', '..', 'src', 'workflows');
  const workflowsPath = join(workflows, 'index.ts');
  if (!existsSync(workflowsPath)) return null;
  const payloadConverterPath = join(workflows, 'payload-converter.ts');
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    ...(existsSync(payloadConverterPath) ? { payloadConverterPath } : {}),
    workflowInterceptorModules: [join(workflows, 'trace-interceptors.ts')],
    logger: new DefaultLogger('WARN'),
  });
  const file = join(folder, 'workflow-bundle.js');
  writeFileSync(file, code);
  return file;
}

/** A run that was killed leaves its servers behind, each in a process group of its own. */
async function removeLeftovers(): Promise<void> {
  const parent = realpathSync(tmpdir());
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(parent, name);
    try {
      // One that is just being made is not locked yet.
      if (Date.now() - statSync(folder).mtimeMs < 30_000) continue;
      const lock = await lockDataDir(folder);
      await stopLeftPostgres(join(folder, 'postgres'), say);
      await stopLeftServers(join(folder, 'temporal', 'temporal.db'), say);
      remove(folder, lock);
    } catch {
      // it is another run's, at work, or another user's
    }
  }
}

function remove(folder: string, lock: DataLock): void {
  lock.release();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}
