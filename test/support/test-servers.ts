import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflows } from '../../scripts/bundle-workflows.cjs';
import { type DataLock, lockDataDir } from '../../src/embedded/data-lock';
import { stopLeftPostgres } from '../../src/embedded/postgres';
import { stopLeftServers } from '../../src/embedded/temporal-server';
import { stopLeftTemporal } from '../cluster/servers';
import { type ServersUnderTest, serversOf, testForm } from './test-forms';

/** What the tests share: one PostgreSQL and one Temporal server, with their data in a folder of its own. */
export interface TestServers {
  /** Of a database from which each test file makes its own. */
  databaseUrl: string;
  temporalAddress: string;
  /** The file with the workflow code. */
  workflowBundle: string;
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
  const made: ServersUnderTest[] = [];
  const killNow = () => {
    for (const servers of made) servers.killNow();
    remove(folder, lock);
  };
  const stop = async () => {
    for (const servers of made) await servers.stop();
    remove(folder, lock);
  };

  try {
    const starting = serversOf(testForm(), folder, say).then((servers) => {
      made.push(servers);
      return servers;
    });
    const bundling = bundle(folder);
    // When one of them fails, the other has to have come to its end as well.
    await Promise.allSettled([starting, bundling]);
    return { ...(await starting), workflowBundle: await bundling, stop, killNow };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The workflow code as one file, built once for all workers of all tests. */
async function bundle(folder: string): Promise<string> {
  const { code } = await bundleWorkflows({ folder: join(__dirname, '..', '..', 'src', 'workflows'), extension: 'ts' });
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
      await stopLeftTemporal(folder);
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
