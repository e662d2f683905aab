import { join } from 'node:path';
import { freePort } from '../../../../src/embedded/ports';
import { Part } from '../../../cluster/part';
import type { Installation } from '../../installation/installation';

export type StrayProgram = { part: Part; url: string };

/**
 * An API on its own beside the installation's programs, on the same servers. It does not run yet.
 *
 * @param changes settings that differ from theirs
 */
export async function strayApi(
  { folder, workerEnvironment, adminKey }: Installation,
  changes: NodeJS.ProcessEnv = {},
): Promise<StrayProgram> {
  const port = await freePort();
  return stray(folder, 'stray-api', 'dist/server.js', join(folder, 'build'), port, {
    ...workerEnvironment,
    ...{ PORT: String(port), HOST: '127.0.0.1', ADMIN_API_KEY: adminKey },
    ...changes,
  });
}

/**
 * A worker on its own. It does not run yet.
 *
 * @param root the folder of its build; default: the installation's own
 * @param changes settings that differ from those of the installation's workers
 */
export async function strayWorker(
  { folder, workerEnvironment }: Installation,
  { root = join(folder, 'build'), changes = {} }: { root?: string; changes?: NodeJS.ProcessEnv } = {},
): Promise<StrayProgram> {
  const port = await freePort();
  return stray(folder, 'stray-worker', 'dist/worker.js', root, port, {
    ...workerEnvironment,
    ...{ WORKER_HEALTH_PORT: String(port), HOST: '127.0.0.1' },
    ...changes,
  });
}

function stray(
  folder: string,
  name: string,
  script: string,
  root: string,
  port: number,
  env: NodeJS.ProcessEnv,
): StrayProgram {
  const url = `http://127.0.0.1:${port}`;
  const part = new Part({
    ...{ name, program: process.execPath, args: [script], env, cwd: root },
    logFile: join(folder, 'logs', `${name}.log`),
    ready: async () => (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) })).ok,
    patienceMs: 90_000,
  });
  return { part, url };
}
