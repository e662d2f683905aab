import { type SQL, sql } from 'drizzle-orm';
import { scoresOf, surveyTypes } from '../../surveys/scales';
import type { Db, Queryable } from '../client';
import { agents, channels, followups, type SurveyType } from '../schema';
import { responseBuckets } from './response-buckets';

/** Whose numbers: of a followup, on all its channels or on one of them, or of all followups of a channel. */
export type StatsScope =
  | { followupId: string; channelId: string | undefined }
  | { followupId: undefined; channelId: string };

/** Dates in the agent's zone, both included; null: without that end. */
export type DateRange = { from: string | null; to: string | null };

/** How often each kind of thing was counted: see `deliveryCountChanges` in the schema. */
export class Counts {
  readonly #byKind = new Map<string, Map<number, number>>();

  add(kind: string, value: number, count: number): void {
    const values = this.#byKind.get(kind) ?? new Map<number, number>();
    this.#byKind.set(kind, values.set(value, (values.get(value) ?? 0) + count));
  }

  addAll(other: Counts): void {
    for (const [kind, values] of other.#byKind) for (const [value, count] of values) this.add(kind, value, count);
  }

  of(kind: string, value: number): number {
    return this.#byKind.get(kind)?.get(value) ?? 0;
  }

  total(kind: string): number {
    return this.values(kind).reduce((sum, [, count]) => sum + count, 0);
  }

  /** Values and how often each was counted, the smallest value first. */
  values(kind: string): [value: number, count: number][] {
    return [...(this.#byKind.get(kind) ?? [])].sort(([one], [other]) => one - other);
  }
}

export type DeliveryStats = {
  byFollowup: Map<string, Counts>;
  /** By date; how fast the responses came is not told. */
  byDate: Map<string, Counts>;
  /** The median of the seconds to the response, by followup id, and of all together by the empty id. */
  medianSeconds: Map<string, number>;
};

/** The responses of erased conversations: how fast they came is not known any more. */
const erasedBucket = 0;

/**
 * Reads the numbers: what is folded, what is not folded yet, and what erased conversations had counted for, all of one
 * moment. What it takes depends on days and followups, not on deliveries.
 */
export async function readDeliveryStats(db: Db, scope: StatsScope, range: DateRange): Promise<DeliveryStats> {
  return db.transaction(
    async (tx) => {
      const { byFollowup, byDate } = await readCounts(tx, scope, range);
      return { byFollowup, byDate, medianSeconds: await readMedians(tx, scope, range, byFollowup) };
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

const within = (scope: StatsScope, range: DateRange, date: SQL): SQL => {
  const conditions = [
    scope.followupId === undefined ? undefined : sql`followup_id = ${scope.followupId}`,
    scope.channelId === undefined ? undefined : sql`channel_id = ${scope.channelId}`,
    range.from === null ? undefined : sql`${date} >= ${range.from}`,
    range.to === null ? undefined : sql`${date} <= ${range.to}`,
  ];
  return sql.join(
    conditions.filter((condition) => condition !== undefined),
    sql` and `,
  );
};

/** The sums of arrays of counts, place by place. */
const sumsOf = (column: string, places: number): SQL => {
  const sums = Array.from({ length: places }, (_, place) => `coalesce(sum(${column}[${place + 1}]), 0)::int`);
  return sql.raw(`array[${sums.join(', ')}] as ${column}`);
};

const plainKinds = ['sent', 'unknown', 'resolved', 'unresolved'] as const;
const plainSums = sql.raw(plainKinds.map((kind) => `sum("${kind}")::int as "${kind}"`).join(', '));
const surveySums = sql.join(
  surveyTypes.map((type) => sumsOf(type, scoresOf(type).length)),
  sql`, `,
);

type FoldedRow = Record<(typeof plainKinds)[number], number> & Partial<Record<SurveyType, number[]>> & { key: string };

function addFolded(map: Map<string, Counts>, row: FoldedRow): Counts {
  const counts = countsAt(map, row.key);
  for (const kind of plainKinds) counts.add(kind, 0, row[kind]);
  for (const type of surveyTypes) {
    for (const [place, score] of scoresOf(type).entries()) counts.add(type, score, row[type]?.[place] ?? 0);
  }
  return counts;
}

function countsAt(map: Map<string, Counts>, key: string): Counts {
  const counts = map.get(key) ?? new Counts();
  map.set(key, counts);
  return counts;
}

async function readCounts(tx: Queryable, scope: StatsScope, range: DateRange) {
  const where = within(scope, range, sql`date`);
  const byFollowup = new Map<string, Counts>();
  const byDate = new Map<string, Counts>();

  const followupRows = await tx.execute<FoldedRow & { responses: number[] }>(sql`
    select followup_id as key, ${plainSums}, ${surveySums}, ${sumsOf('responses', responseBuckets.length)}
    from delivery_counts where ${where} group by followup_id`);
  for (const row of followupRows) {
    const counts = addFolded(byFollowup, row);
    for (const bucket of responseBuckets) counts.add('responded', bucket, row.responses[bucket - 1] ?? 0);
  }
  // Of a channel the surveys of each day are not told.
  const surveys = scope.followupId === undefined ? sql`` : sql`, ${surveySums}`;
  const dateRows = await tx.execute<FoldedRow & { responded: number }>(sql`
    select date as key, ${plainSums}, sum(responded)::int as responded ${surveys}
    from delivery_counts where ${where} group by date`);
  for (const row of dateRows) addFolded(byDate, row).add('responded', 0, row.responded);

  const others = await tx.execute<{ followup: string; date: string; kind: string; value: number; count: number }>(sql`
    select followup_id as followup, date, kind, value, sum(change)::int as count from (
      select followup_id, date, kind, value, change from delivery_count_changes where ${where}
      union all select followup_id, date, 'sent', 0, sent from erased_counts where ${where}
      union all select followup_id, date, 'responded', ${erasedBucket}::int, responded from erased_counts where ${where}
    ) other
    group by 1, 2, 3, 4 having sum(change) <> 0`);
  for (const { followup, date, kind, value, count } of others) {
    countsAt(byFollowup, followup).add(kind, value, count);
    countsAt(byDate, date).add(kind, value, count);
  }
  return { byFollowup, byDate };
}

/** Where the middle ones of sorted values lie: in which bucket they begin and end, and how many of those to pass over. */
function middleOf(counts: Counts): { first: number; last: number; skip: number; take: number } | null {
  const buckets = counts.values('responded').filter(([bucket, count]) => bucket !== erasedBucket && count > 0);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total <= 0) return null;
  const [lower, upper] = [Math.floor((total - 1) / 2), Math.floor(total / 2)];
  const bucketOf = (rank: number) => {
    let before = 0;
    for (const [bucket, count] of buckets) {
      if (rank < before + count) return { bucket, before };
      before += count;
    }
    return { bucket: 0, before };
  };
  const { bucket: first, before } = bucketOf(lower);
  return { first, last: bucketOf(upper).bucket, skip: lower - before, take: upper - lower + 1 };
}

/** The buckets say where the middle is; the times themselves are read there only. */
async function readMedians(
  tx: Queryable,
  scope: StatsScope,
  range: DateRange,
  byFollowup: Map<string, Counts>,
): Promise<Map<string, number>> {
  const together = new Counts();
  for (const counts of byFollowup.values()) together.addAll(counts);
  const wanted: [string, Counts][] = [...byFollowup, ['', together]];
  const channelOnly = scope.channelId === undefined ? sql`` : sql`and d.channel_id = ${scope.channelId}`;
  const days = sql`${range.from === null ? sql`` : sql`and d.sent_on >= ${range.from}`}
    ${range.to === null ? sql`` : sql`and d.sent_on <= ${range.to}`}`;
  const lookups = wanted.flatMap(([key, counts]) => {
    const middle = middleOf(counts);
    if (middle === null) return [];
    const { first, last, skip, take } = middle;
    const followupIds = key === '' ? [...byFollowup.keys()] : [key];
    const among = followupIds.map((id) => sql`${id}`);
    return [
      sql`(select ${key}::text as key, d.response_ms::float8 as ms from deliveries d
        where d.followup_id in (${sql.join(among, sql`, `)}) and d.status = 'sent' and d.response_ms is not null
          and d.response_ms >= (response_floors())[${first}::int]
          and d.response_ms < coalesce((response_floors())[${last}::int + 1], 9223372036854775807)
          ${channelOnly} ${days}
        order by d.response_ms offset ${skip}::bigint limit ${take}::bigint)`,
    ];
  });
  // A followup alone is also all of them.
  const needed = byFollowup.size === 1 ? lookups.slice(0, 1) : lookups;
  if (needed.length === 0) return new Map();
  const rows = await tx.execute<{ key: string; ms: number }>(sql.join(needed, sql` union all `));
  const found = new Map<string, number[]>();
  for (const { key, ms } of rows) found.set(key, [...(found.get(key) ?? []), ms]);
  const medians = new Map(
    [...found].map(([key, values]) => [key, values.reduce((sum, ms) => sum + ms, 0) / values.length / 1_000]),
  );
  const [only] = byFollowup.keys();
  if (byFollowup.size === 1 && only !== undefined && medians.has(only)) medians.set('', medians.get(only) ?? 0);
  return medians;
}

/** A followup, as far as its numbers are told; also one that was deleted. */
export type CountedFollowup = {
  id: string;
  title: string;
  surveyType: SurveyType | null;
  status: 'active' | 'inactive' | 'deleted';
  createdAt: Date;
};

const columns = sql`f.id, f.title, f.survey_type as "surveyType", f.created_at as "createdAt",
  case when f.deleted_at is null then f.status else 'deleted' end as status`;

type FollowupRow = Omit<CountedFollowup, 'createdAt'> & { createdAt: string };
const toFollowup = (row: FollowupRow): CountedFollowup => ({ ...row, createdAt: new Date(row.createdAt) });

/** The followups that have these ids, or work on a channel, in the order of their creation. */
export async function countedFollowups(
  db: Queryable,
  channelId: string,
  followupIds: string[],
): Promise<CountedFollowup[]> {
  const ids = followupIds.map((id) => sql`${id}`);
  const rows = await db.execute<FollowupRow>(sql`
    select ${columns} from ${followups} f
    where exists (select 1 from followup_channels c where c.followup_id = f.id and c.channel_id = ${channelId})
        and f.deleted_at is null
      ${ids.length === 0 ? sql`` : sql`or f.id in (${sql.join(ids, sql`, `)})`}
    order by f.sequence`);
  return rows.map(toFollowup);
}

/** The followup and the zone of its agent; null when there is none, or it was deleted. */
export async function findCountedFollowup(
  db: Queryable,
  followupId: string,
): Promise<(CountedFollowup & { timeZone: string }) | null> {
  const [row] = await db.execute<FollowupRow & { timeZone: string }>(sql`
    select ${columns}, a.time_zone as "timeZone" from ${followups} f join ${agents} a on a.id = f.agent_id
    where f.id = ${followupId} and f.deleted_at is null`);
  return row ? { ...toFollowup(row), timeZone: row.timeZone } : null;
}

/** When a channel was created, and the zone of its agent; null when there is none, or it was deleted. */
export async function findCountedChannel(
  db: Queryable,
  channelId: string,
): Promise<{ createdAt: Date; timeZone: string } | null> {
  const [row] = await db.execute<{ createdAt: string; timeZone: string }>(sql`
    select c.created_at as "createdAt", a.time_zone as "timeZone" from ${channels} c join ${agents} a on a.id = c.agent_id
    where c.id = ${channelId} and c.deleted_at is null`);
  return row ? { createdAt: new Date(row.createdAt), timeZone: row.timeZone } : null;
}
