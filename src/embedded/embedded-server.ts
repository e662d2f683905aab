import type { ChildProcess } from 'node:child_process';
import { signalGroup } from './processes';

/** A server that this process started. */
export interface EmbeddedServer {
  pid: number;
  /** Settles when the process is gone, with how it ended in words; never rejects. */
  exited: Promise<string>;
  /** Stops it in order, and by force when it does not obey. Safe to call twice. */
  stop(): Promise<void>;
}

const running = new Set<number>();

/** Kills every server that runs, or is just being started, with no order: for an end that cannot wait any longer. */
export function killServersNow(): void {
  for (const pid of running) signalGroup(pid, 'SIGKILL');
}

/** Keeps an eye on a server's process. @returns how it ended, or why it could not be started, in words */
export function exitOf(child: ChildProcess): Promise<string> {
  const { pid } = child;
  if (pid !== undefined) {
    running.add(pid);
    child.once('exit', () => running.delete(pid));
  }
  return new Promise((done) => {
    child.once('exit', (code, signal) => done(signal === null ? `exit code ${code}` : `signal ${signal}`));
    child.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
  });
}
