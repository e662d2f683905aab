import { childrenOf } from '../../test/cluster/process-tree';
import type { Breakable, Installation } from '../../test/faults/installation/installation';
import { sleep } from '../../test/support/eventually';
import { cpuSecondsOf } from '../cpu-time';

/** The parts that work is done in. Embedded, the API's process is the worker, too. */
export const parts = ['api', 'worker', 'temporal', 'postgres'] as const;
export type Part = (typeof parts)[number];

export type Usage = {
  /** CPU time of each part, user and system, in seconds. */
  cpuSeconds: Record<Part, number>;
  /** Committed transactions of all databases. */
  commits: number;
  /** Growth of the service's own database on the disk, without the write-ahead log. */
  databaseBytes: number;
};

/** What an installation has used since it began, until `readAtMs`, epoch milliseconds. */
export type Reading = Usage & { readAtMs: number };

/** Reads what the parts have used until now. Linux only. */
export async function readMeter(installation: Installation): Promise<Reading> {
  const { apis, workers, temporal, postgres, sql } = installation;
  // The statistics of a transaction are reported when its connection next falls idle; a second is PostgreSQL's own bound.
  const [row] = await sql<{ commits: number; bytes: number }[]>`
    select sum(xact_commit)::float8 as commits, pg_database_size(current_database())::float8 as bytes
    from pg_stat_database where datname is not null`;
  const workersOnly = workers.filter((worker) => !apis.includes(worker));
  const used = (programs: readonly Breakable[]) => programs.reduce((sum, { pid }) => sum + cpuSecondsOf(pid), 0);
  return {
    readAtMs: Date.now(),
    cpuSeconds: {
      api: used(apis),
      worker: used(workersOnly),
      temporal: used([temporal]),
      postgres: [postgres.pid, ...childrenOf(postgres.pid)].reduce((sum, pid) => sum + cpuSecondsOf(pid), 0),
    },
    commits: row?.commits ?? 0,
    databaseBytes: row?.bytes ?? 0,
  };
}

/** What is used in a second of rest: by pollers, sweeps and heartbeats, however little there is to do. */
export async function readIdle(installation: Installation, restMs: number): Promise<Usage> {
  const before = await readMeter(installation);
  await sleep(restMs);
  return usedBetween(before, await readMeter(installation));
}

/** For each second between two readings. */
export function usedBetween(before: Reading, after: Reading): Usage {
  return plus(after, before, -1, 1_000 / (after.readAtMs - before.readAtMs));
}

/** What was used between two readings beyond what rest uses in that time, for each of so many units of work. */
export function costPer(units: number, before: Reading, after: Reading, idlePerSecond: Usage): Usage {
  const seconds = (after.readAtMs - before.readAtMs) / 1_000;
  return plus(plus(after, before, -1), idlePerSecond, -seconds, 1 / units);
}

/** One and a multiple of another, and a multiple of that. */
export function plus(one: Usage, other: Usage, factor: number, scale = 1): Usage {
  const sum = (of: (usage: Usage) => number) => (of(one) + factor * of(other)) * scale;
  return {
    cpuSeconds: Object.fromEntries(parts.map((part) => [part, sum(({ cpuSeconds }) => cpuSeconds[part])])) as Record<
      Part,
      number
    >,
    commits: sum(({ commits }) => commits),
    databaseBytes: sum(({ databaseBytes }) => databaseBytes),
  };
}
