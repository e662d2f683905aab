import { sql } from 'drizzle-orm';
import type { Queryable } from '../client';
import { type SilenceEndedBy, silences } from '../schema';

export type SilenceFilter = {
  channelId: string;
  /** Begun then or later. */
  from: Date | undefined;
  /** Begun before. */
  to: Date | undefined;
};

export type SilenceStats = {
  total: number;
  /** A followup was sent in them. */
  nudged: number;
  /** Of the others. */
  endedBy: Record<SilenceEndedBy, number>;
  /** The time within which half, and 80 %, of those came back who did by themselves; null: nobody did. */
  medianSeconds: number | null;
  within80Seconds: number | null;
  /** How many of them came back after less than each of these times, in the order given. */
  backBefore: number[];
};

type Row = Record<SilenceEndedBy | 'total' | 'nudged', number> & {
  median: number | null;
  within80: number | null;
  back: number[];
};

/** @param bounds seconds */
export async function readSilenceStats(
  db: Queryable,
  { channelId, from, to }: SilenceFilter,
  bounds: readonly number[],
): Promise<SilenceStats> {
  const count = (by: SilenceEndedBy) =>
    sql`count(*) filter (where not nudged and ended_by = ${by})::int as ${sql.identifier(by)}`;
  const cameBack = sql`not nudged and ended_by = 'user'`;
  const back = bounds.map((bound) => sql`count(*) filter (where ${cameBack} and seconds < ${bound}::int)::int`);
  const [row] = await db.execute<Row>(sql`
    select count(*)::int as total, count(*) filter (where nudged)::int as nudged,
      ${count('user')}, ${count('agent')}, ${count('operator')}, ${count('end')}, ${count('idle')},
      percentile_disc(0.5) within group (order by seconds) filter (where ${cameBack}) as median,
      percentile_disc(0.8) within group (order by seconds) filter (where ${cameBack}) as within80,
      array[${sql.join(back, sql`, `)}] as back
    from ${silences}
    where channel_id = ${channelId}
      ${from === undefined ? sql`` : sql`and started_at >= ${from.toISOString()}::timestamptz`}
      ${to === undefined ? sql`` : sql`and started_at < ${to.toISOString()}::timestamptz`}`);
  if (!row) throw new Error('An aggregate has one row.');
  const { total, nudged, user, agent, operator, end, idle, median, within80, back: backBefore } = row;
  return {
    ...{ total, nudged, endedBy: { user, agent, operator, end, idle } },
    ...{ medianSeconds: median, within80Seconds: within80, backBefore },
  };
}
