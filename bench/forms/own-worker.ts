import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../src/embedded/ports';
import { stopProcess } from '../../src/embedded/processes';
import type { Installation } from '../../test/faults/installation/installation';
import { eventually } from '../../test/support/eventually';

export type OwnWorker = {
  child: ChildProcess;
  /** Rejects when the process ends. */
  ended: Promise<never>;
  stop(): Promise<void>;
};

/** Starts one more of the service's own workers, with other settings, on a task queue of its own. */
export async function startOwnWorker(
  { workerEnvironment, folder }: Installation,
  taskQueue: string,
  environment: Record<string, string>,
  execArgv: string[] = [],
): Promise<OwnWorker> {
  const port = await freePort();
  const log = openSync(join(folder, 'logs', `${taskQueue}.log`), 'a');
  const child = fork(join(folder, 'build', 'dist', 'worker.js'), {
    cwd: join(folder, 'build'),
    env: { ...workerEnvironment, ...environment, TEMPORAL_TASK_QUEUE: taskQueue, WORKER_HEALTH_PORT: String(port) },
    execArgv,
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`The worker of ${taskQueue} ended (${code}).`)));
  });
  ended.catch(() => {});
  const stop = async () => {
    if (child.pid === undefined || child.exitCode !== null) return;
    await stopProcess(child.pid, [
      { signal: 'SIGTERM', to: 'process', waitMs: 15_000 },
      { signal: 'SIGKILL', to: 'group', waitMs: 2_000 },
    ]);
  };
  try {
    const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
    await Promise.race([eventually(`the worker of ${taskQueue}`, ready, 60_000), ended]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { child, ended, stop };
}
