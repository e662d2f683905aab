import { readFileSync } from 'node:fs';
import { childrenOf } from '../../test/cluster/process-tree';
import type { Breakable, Installation } from '../../test/faults/installation/installation';

/** The parts that work is done in. Embedded, the API's process is the worker, too. */
export const parts = ['api', 'worker', 'temporal', 'postgres'] as const;
export type Part = (typeof parts)[number];

/** What an installation has used since it began. */
export type Reading = {
  /** CPU time of each part, user and system, in seconds. */
  cpuSeconds: Record<Part, number>;
  /** Committed transactions of all databases. */
  commits: number;
  /** Of the service's own database on the disk, without the write-ahead log. */
  databaseBytes: number;
};

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

/** What was used between two readings, for each of so many units of work. */
export function costPer(units: number, before: Reading, after: Reading): Reading {
  const each = (from: number, until: number) => (until - from) / units;
  return {
    cpuSeconds: Object.fromEntries(
      parts.map((part) => [part, each(before.cpuSeconds[part], after.cpuSeconds[part])]),
    ) as Record<Part, number>,
    commits: each(before.commits, after.commits),
    databaseBytes: each(before.databaseBytes, after.databaseBytes),
  };
}

/** Linux counts in hundredths of a second (`getconf CLK_TCK`), on every platform that Node is built for. */
const ticksPerSecond = 100;

/**
 * Of a process and its children that have ended and were waited for.
 *
 * @returns 0 for one that has just ended: its parent has its time by now
 */
function cpuSecondsOf(pid: number): number {
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
