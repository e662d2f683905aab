import { readFileSync } from 'node:fs';
import { childrenOf } from '../../cluster/process-tree';
import { breakables, type Installation } from '../installation/installation';

export type Sample = { name: string; atMs: number; bytes: number };

export type Growth = { name: string; firstBytes: number; lastBytes: number };

/**
 * What each process of an installation holds now: its own memory, and its share of what it shares with others (PSS in
 * https://www.kernel.org/doc/html/latest/filesystems/proc.html). PostgreSQL's processes count as one.
 *
 * @returns nothing of those that do not run
 */
export function sampleMemory(installation: Installation, atMs: number): Sample[] {
  return breakables(installation).flatMap((each) => {
    if (!each.running) return [];
    const pids = each === installation.postgres ? [each.pid, ...childrenOf(each.pid)] : [each.pid];
    const bytes = pids.reduce((sum, pid) => sum + proportionalBytes(pid), 0);
    return bytes === 0 ? [] : [{ name: each.name, atMs, bytes }];
  });
}

/** 0: it has ended, or this is no Linux. */
function proportionalBytes(pid: number): number {
  try {
    const kib = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return Number(kib ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

/** The first and the last `windowMs` of each process, compared by their medians: both have young and old ones in them. */
export function growthOf(samples: readonly Sample[], windowMs: number): Growth[] {
  const [fromMs, untilMs] = [
    Math.min(...samples.map(({ atMs }) => atMs)),
    Math.max(...samples.map(({ atMs }) => atMs)),
  ];
  return [...new Set(samples.map(({ name }) => name))].map((name) => {
    const of = (isIn: (atMs: number) => boolean) =>
      median(samples.filter((sample) => sample.name === name && isIn(sample.atMs)).map(({ bytes }) => bytes));
    return {
      name,
      firstBytes: of((atMs) => atMs < fromMs + windowMs),
      lastBytes: of((atMs) => atMs > untilMs - windowMs),
    };
  });
}

function median(values: number[]): number {
  const sorted = values.sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** How much more a process may hold in the end than in the beginning: this share of it, or so many bytes. */
export type Tolerance = { share: number; bytes: number };

const mebibyte = 1_024 * 1_024;
/** For programs of the service, whose caches are full after the first window: garbage collectors let them go up and down. */
export const programTolerance: Tolerance = { share: 1.2, bytes: 24 * mebibyte };
/**
 * Servers fill caches of their own, up to their limits, for longer than a soak lasts: PostgreSQL its shared buffers, 128 MiB
 * by default, and what each connection keeps of the catalogue; Temporal its caches of histories, in a heap that may double
 * between two collections. What grows past this is no cache.
 */
export const serverTolerance: Tolerance = { share: 2, bytes: 256 * mebibyte };

/** Whether a process holds more and more. One without samples in both windows does not show that it is flat, either. */
export const isFlat = ({ firstBytes, lastBytes }: Growth, { share, bytes }: Tolerance): boolean =>
  lastBytes <= Math.max(firstBytes * share, firstBytes + bytes);
