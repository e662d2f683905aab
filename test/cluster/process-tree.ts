import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { findProcess, signalProcess } from '../../src/embedded/processes';

/** The processes that a process has started and not yet seen the end of. */
export function childrenOf(pid: number): number[] {
  return parents()
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child);
}

/** A process, those that it has started, and those that these have. */
export function treeOf(pid: number): number[] {
  const all = parents();
  const tree = [pid];
  // What is added while it is gone through is gone through, too.
  for (const one of tree) for (const [child, parent] of all) if (parent === one) tree.push(child);
  return tree;
}

/** The processes whose command line begins with this. */
export function processesNamed(commandLine: string): number[] {
  return parents().flatMap(([pid]) => (findProcess(pid)?.commandLine.startsWith(commandLine) ? [pid] : []));
}

/** Every process with its parent. */
function parents(): [number, number][] {
  if (process.platform !== 'linux') {
    const listed = execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' });
    return listed.split('\n').map((line) => {
      const [child, parent] = line.trim().split(/\s+/).map(Number);
      return [child ?? 0, parent ?? 0];
    });
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // The program's name, in brackets, may hold spaces; its state and its parent come after it.
        return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])] as [number, number]];
      } catch {
        return []; // it has ended
      }
    });
}

/** Stops PostgreSQL as a whole: each of its connections is a process, in a group of its own. */
export function freezeWithChildren(pid: number): void {
  // The parent first, so that it starts no more of them.
  signalProcess(pid, 'SIGSTOP');
  for (const child of childrenOf(pid)) signalProcess(child, 'SIGSTOP');
}

export function thawWithChildren(pid: number): void {
  for (const child of childrenOf(pid)) signalProcess(child, 'SIGCONT');
  signalProcess(pid, 'SIGCONT');
}
