import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repositoryRoot } from '../../test/support/compose-file';
import type { BaselineWorkerSettings } from './worker';

/** Starts a worker of the baselines as a process of its own. @returns what stops it */
export async function startBaselineWorker(settings: BaselineWorkerSettings): Promise<() => Promise<void>> {
  const register = join(repositoryRoot, 'test', 'support', 'register-typescript.cjs');
  const child = spawn(process.execPath, ['-r', register, join(__dirname, 'worker.ts'), JSON.stringify(settings)], {
    cwd: repositoryRoot,
    stdio: ['pipe', 'pipe', 'inherit'],
    // Ctrl-C is for the bench, which stops it.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await Promise.race([
    new Promise((resolve) => createInterface(child.stdout).once('line', resolve)),
    ended.then(() => Promise.reject(new Error('The worker of the baselines ended before it polled.'))),
  ]);
  return async () => {
    child.stdin.end();
    await ended;
  };
}
