import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the operating system says about one process. */
export interface ProcessInfo {
  pid: number;
  /** Opaque; together with the pid it names one process for good, also after the pid was given to another. */
  startToken: string;
  /** The whole command line, arguments joined by spaces. */
  commandLine: string;
}

/**
 * The process with this pid, or null when there is none. A zombie (ended, but not yet collected by its parent)
 * counts as none: it holds no port, no file and no lock.
 *
 * Linux reads /proc; everything else asks `ps`, which macOS and the BSDs understand alike.
 */
export function findProcess(pid: number): ProcessInfo | null {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  return process.platform === 'linux' ? readProc(pid) : askPs(pid);
}

/** Whether the process with this pid runs (zombies do not). */
export function isAlive(pid: number): boolean {
  return findProcess(pid) !== null;
}

/** A name for this process that no later process can have: `<pid>-<start token>`, safe as a file name. */
export function ownIdentity(): string {
  const own = findProcess(process.pid);
  if (own === null) throw new Error('this process cannot be found in the process table (is /proc mounted?)');
  return `${own.pid}-${own.startToken}`;
}

/**
 * Sends a signal to a whole process group, and to the leader alone where the group is gone.
 *
 * @returns false when nothing was there to be signalled.
 */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
      return true;
    } catch {
      // ESRCH: not (or no longer) there
    }
  }
  return false;
}

/** Sends a signal to one process; false when it is not there. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Waits until a process is gone.
 *
 * @returns whether it was gone within `timeoutMs`.
 */
export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() >= deadline) return false;
    await sleep(20);
  }
  return true;
}

/** One step of stopping a process: what is sent, to whom, and how long it gets. */
export interface StopStep {
  signal: NodeJS.Signals;
  /** `process`: the leader alone, which stops its own children; `group`: everybody. */
  to: 'process' | 'group';
  waitMs: number;
}

/** Goes through the steps until the process is gone; at the end nothing of its group is left. */
export async function stopProcess(pid: number, steps: readonly StopStep[]): Promise<void> {
  for (const step of steps) {
    if (!isAlive(pid)) break;
    if (step.to === 'group') signalGroup(pid, step.signal);
    else signalProcess(pid, step.signal);
    if (await waitUntilGone(pid, step.waitMs)) break;
  }
  // A leader that died can leave members of its group behind (the backends of a killed postmaster).
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // nobody left
  }
  await waitUntilGone(pid, 1_000);
}

function readProc(pid: number): ProcessInfo | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    if (state === undefined || state === 'Z' || state === 'X') return null;
    // Field 22 of proc(5): start time in clock ticks since boot, hence the boot id.
    const startTicks = fields[19] ?? '0';
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
    return { pid, startToken: `${bootId()}-${startTicks}`, commandLine };
  } catch {
    return null;
  }
}

let knownBootId: string | undefined;

function bootId(): string {
  if (knownBootId === undefined) {
    try {
      knownBootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8);
    } catch {
      knownBootId = 'boot';
    }
  }
  return knownBootId;
}

function askPs(pid: number): ProcessInfo | null {
  const ask = (column: string): string =>
    execFileSync('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    }).trim();
  try {
    const state = ask('stat');
    if (state === '' || state.startsWith('Z')) return null;
    return { pid, startToken: ask('lstart').replace(/[^0-9A-Za-z]+/g, '-'), commandLine: ask('command') };
  } catch {
    return null; // ps exits with 1 when there is no such process
  }
}
