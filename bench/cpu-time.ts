import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { treeOf } from '../test/cluster/process-tree';

/** Linux counts in hundredths of a second (`getconf CLK_TCK`), on every platform that Node is built for. */
const ticksPerSecond = 100;

/**
 * Of a process and its children that have ended and were waited for.
 *
 * @returns 0 for one that has just ended: its parent has its time by now
 */
export function cpuSecondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: utime, stime, cutime, cstime are the fields 14 to 17; the
    // name, the second one, may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / ticksPerSecond;
  } catch {
    return 0;
  }
}

/** Of a process and of everything that it has started, directly or not. */
export const cpuSecondsOfTree = (pid: number): number => treeOf(pid).reduce((sum, each) => sum + cpuSecondsOf(each), 0);

/** Measures work by the processor time of everything that the bench runs: servers, service, baselines, itself. */
export type CpuMeter = {
  /** @returns how long it took, and the processor time beyond what all of it uses at rest, in milliseconds */
  measure<T>(work: () => Promise<T>): Promise<{ result: T; tookMs: number; cpuMs: number }>;
};

const restMs = 10_000;

/** Measures for ten seconds what is used at rest: nobody may ask for anything in them. */
export async function startCpuMeter(): Promise<CpuMeter> {
  const measure = async <T>(work: () => Promise<T>) => {
    const [beganAtMs, before] = [performance.now(), cpuSecondsOfTree(process.pid)];
    const result = await work();
    const used = cpuSecondsOfTree(process.pid) - before;
    return { result, tookMs: performance.now() - beganAtMs, cpuMs: used * 1_000 };
  };
  const rest = await measure(() => sleep(restMs));
  return {
    async measure(work) {
      const { result, tookMs, cpuMs } = await measure(work);
      return { result, tookMs, cpuMs: cpuMs - (rest.cpuMs * tookMs) / rest.tookMs };
    },
  };
}
