import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repositoryRoot } from '../../test/support/compose-file';
import type { PeerName } from './peers';

export type WorkerProcess = {
  /** The jobs that it has taken. It is done with none of them. */
  taken: ReadonlySet<string>;
  /** `SIGKILL`. @returns when it is gone */
  kill(): Promise<void>;
};

export function startWorkerProcess(name: PeerName, url: string): WorkerProcess {
  const child = fork(join(__dirname, 'work.ts'), [name, url], {
    cwd: repositoryRoot,
    execArgv: ['-r', join(repositoryRoot, 'test', 'support', 'register-typescript.cjs')],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // One whose database is gone may be too busy to notice that its parent is, too.
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const taken = new Set<string>();
  child.on('message', ({ sessionId }: { sessionId: string }) => taken.add(sessionId));
  return {
    taken,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
