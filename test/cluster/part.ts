import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { signalGroup, stopProcess } from '../../src/embedded/processes';
import type { Account } from '../../src/embedded/unprivileged';
import { eventually } from '../support/eventually';

export type PartSettings = {
  name: string;
  program: string;
  args: string[];
  /** All of its environment: nothing of this process's own. */
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Whom it runs as, when this is root; default: this process's own user. */
  account?: Account | null;
  /** Where both its streams go, one after the other over all its starts. */
  logFile: string;
  /** Resolves to true when it answers; what it throws is told when it never does. */
  ready: () => Promise<boolean>;
  /** How long it gets for that, and for stopping in order. */
  patienceMs?: number;
};

/** A process that is started, stopped, killed, frozen and started again by its own name. */
export class Part {
  readonly name: string;
  private child: ChildProcess | null = null;
  private exited: Promise<number | string> = Promise.resolve('not started');

  constructor(private readonly settings: PartSettings) {
    this.name = settings.name;
  }

  /** Starts it, and waits until it answers. */
  async start(): Promise<void> {
    this.launch();
    await this.ready();
  }

  /** Starts it without waiting. */
  launch(): void {
    if (this.running) throw new Error(`${this.name} runs already.`);
    const { program, args, env, cwd, account, logFile } = this.settings;
    const log = openSync(logFile, 'a');
    // A group of its own, so that Ctrl-C here does not reach it, and so that nothing of it is left behind.
    const child = spawn(program, args, { env, cwd, ...account, stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    this.child = child;
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? code ?? 'unknown'));
    });
  }

  /** Waits until it answers. @throws with the end of its log when it ends, or does not in time */
  async ready(): Promise<void> {
    let ended: number | string | null = null;
    void this.exited.then((how) => {
      ended = how;
    });
    await eventually(
      `${this.name} to answer`,
      async () => ended !== null || this.settings.ready(),
      this.settings.patienceMs ?? 60_000,
    );
    if (ended !== null) throw new Error(`${this.name} ended (${ended}):\n${this.log().slice(-2_000)}`);
  }

  get running(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  get pid(): number {
    if (!this.running || this.child?.pid === undefined) throw new Error(`${this.name} does not run.`);
    return this.child.pid;
  }

  /** `SIGSTOP`: it holds its connections, and says nothing more. */
  freeze(): void {
    signalGroup(this.pid, 'SIGSTOP');
  }

  thaw(): void {
    signalGroup(this.pid, 'SIGCONT');
  }

  /** Ends it at once, as a crash does. @returns when it is gone */
  async kill(): Promise<void> {
    if (!this.running) return;
    signalGroup(this.pid, 'SIGKILL');
    await this.exited;
  }

  /**
   * Asks it to end, as a service manager does (`SIGTERM`) or as a terminal's Ctrl-C, which its whole group gets
   * (`SIGINT`), and by force when it does not in time.
   *
   * @returns its exit code, or the signal's name
   */
  async stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<number | string> {
    if (this.running) {
      // A frozen one takes no signal but this.
      this.thaw();
      await stopProcess(this.pid, [
        { signal, to: signal === 'SIGINT' ? 'group' : 'process', waitMs: 20_000 },
        { signal: 'SIGKILL', to: 'group', waitMs: 2_000 },
      ]);
    }
    return this.exited;
  }

  /** How it ended, once it has. */
  get ended(): Promise<number | string> {
    return this.exited;
  }

  /** All that it has written. */
  log(): string {
    return readFileSync(this.settings.logFile, 'utf8');
  }
}
