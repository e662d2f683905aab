import { type SQL, sql } from 'drizzle-orm';
import { scoresOf, surveyTypes } from '../../surveys/scales';
import type { Db } from '../client';
import { responseBuckets } from './response-buckets';

/** Any number that nobody else uses for an advisory lock in this database. */
const foldLock = 7_340_921_557;

const plainKinds = ['sent', 'unknown', 'responded', 'resolved', 'unresolved'] as const;

const total = (condition: SQL) => sql`coalesce(sum(change) filter (where ${condition}), 0)::int`;

/** The counts of one kind by value, as an array; null where there are none. */
function listOf(kind: string, values: number[]): SQL {
  const counts = values.map((value) =>
    total(sql`kind = ${sql.raw(`'${kind}'`)} and value = ${sql.raw(String(value))}`),
  );
  return sql`case when bool_or(kind = ${sql.raw(`'${kind}'`)}) then array[${sql.join(counts, sql`, `)}] end`;
}

const lists: Record<string, SQL> = {
  responses: listOf('responded', responseBuckets),
  ...Object.fromEntries(surveyTypes.map((type) => [type, listOf(type, scoresOf(type))])),
};

const names = [...plainKinds, ...Object.keys(lists)];
const columns = sql.raw(['followup_id', 'channel_id', 'date', ...names].join(', '));
const values = sql.join(
  [...plainKinds.map((kind) => total(sql`kind = ${sql.raw(`'${kind}'`)}`)), ...Object.values(lists)],
  sql`, `,
);
const sums = sql.raw(
  [
    ...plainKinds.map((name) => `${name} = c.${name} + excluded.${name}`),
    ...Object.keys(lists).map((name) => `${name} = add_counts(c.${name}, excluded.${name})`),
  ].join(', '),
);

/**
 * Adds the next changes to the counts, and removes them, in one statement: whoever reads both sees each change once. One
 * process at a time does it, so that no two wait for each other's rows.
 *
 * @returns whether there is more to fold
 */
export async function foldDeliveryCounts(db: Db, batch = 20_000): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [lock] = await tx.execute<{ taken: boolean }>(sql`select pg_try_advisory_xact_lock(${foldLock}) as taken`);
    if (!lock?.taken) return false;
    const [folded] = await tx.execute<{ changes: number }>(sql`
      with taken as (
        delete from delivery_count_changes
        where id in (select id from delivery_count_changes order by id limit ${batch})
        returning followup_id, channel_id, date, kind, value, change
      ), summed as (
        select followup_id, channel_id, date, kind, value, sum(change) as change from taken group by 1, 2, 3, 4, 5
      ), folded as (
        insert into delivery_counts as c (${columns})
        select followup_id, channel_id, date, ${values} from summed group by 1, 2, 3
        on conflict (followup_id, channel_id, date) do update set ${sums}
      )
      select count(*)::int as changes from taken`);
    return folded?.changes === batch;
  });
}
