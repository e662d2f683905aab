import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repositoryRoot } from '../../test/support/compose-file';
import type { BaselineWorkerSettings } from './worker';

export type BaselineWorker = {
  child: ChildProcess;
  ended: Promise<void>;
  stop(): Promise<void>;
};

/** Starts a worker of the baselines as a process of its own. */
export async function startBaselineWorker(
  settings: BaselineWorkerSettings,
  { environment = {}, execArgv = [] }: { environment?: Record<string, string>; execArgv?: string[] } = {},
): Promise<BaselineWorker> {
  const register = join(repositoryRoot, 'test', 'support', 'register-typescript.cjs');
  const child = spawn(
    process.execPath,
    [...execArgv, '-r', register, join(__dirname, 'worker.ts'), JSON.stringify(settings)],
    {
      cwd: repositoryRoot,
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
      // Ctrl-C is for the bench, which stops it.
      detached: true,
    },
  );
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('The worker of the baselines has no pipes.');
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await Promise.race([
    new Promise((resolve) => createInterface(stdout).once('line', resolve)),
    ended.then(() => Promise.reject(new Error('The worker of the baselines ended before it polled.'))),
  ]);
  const stop = async () => {
    stdin.end();
    await ended;
  };
  return { child, ended, stop };
}
