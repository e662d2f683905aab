import { asc, sql } from 'drizzle-orm';
import type { Queryable } from '../client';
import { streamEvents } from '../schema';

export type StreamEventRow = typeof streamEvents.$inferSelect;

/** A place in the stream: after this event, in the order of (txid, id). */
export type StreamPosition = { txid: number; id: number };

/** Below it every transaction has ended, and shows all its events or has none. */
const settledTxid = sql`pg_snapshot_xmin(pg_current_snapshot())::text::bigint`;

/** The place from which all events are new that are not shown yet. */
export async function presentPosition(db: Queryable): Promise<StreamPosition> {
  const [row] = await db.execute<{ txid: string }>(sql`select ${settledTxid} as txid`);
  return { txid: Number(row?.txid ?? 0), id: 0 };
}

/**
 * The next events after a place, in order. Events of a transaction that is under way, or that began after one that is,
 * are not shown yet: so what is read once stays complete, and going on from the last one misses nothing.
 */
export function readStreamEvents(db: Queryable, after: StreamPosition, limit: number): Promise<StreamEventRow[]> {
  const { txid, id } = streamEvents;
  return db
    .select()
    .from(streamEvents)
    .where(sql`(${txid}, ${id}) > (${after.txid}::bigint, ${after.id}::bigint) and ${txid} < ${settledTxid}`)
    .orderBy(asc(txid), asc(id))
    .limit(limit);
}

/** For the advisory lock that lets one process purge at a time; any number that nobody else uses. */
const purgeLock = 7_163_904_211;

/**
 * Deletes the oldest events that are older than `before`, at most `limit`, unless another process is at it.
 *
 * @returns how many went
 */
export async function purgeStreamEvents(db: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await db.execute(sql`
    with turn as materialized (select pg_try_advisory_xact_lock(${purgeLock}::bigint) as mine),
    oldest as materialized (
      select id, at from stream_events where (select mine from turn) order by txid, id limit ${limit}::int
    )
    delete from stream_events where id in (select id from oldest where at < ${before.toISOString()}::timestamptz)
    returning id`);
  return rows.length;
}
