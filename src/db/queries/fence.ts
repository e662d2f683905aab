import type postgres from 'postgres';
import { withDeadline } from '../../deadline';

/**
 * The fence between a reply and a send (semantics.md, firing rule 7). The sender holds a session's lock from before it
 * asks the session until its request is written; the API passes the same lock, shared, before it acknowledges a reply.
 * So a reply that was acknowledged before the request began was seen by the question.
 */
const lockKey = (sql: postgres.Sql, workflowId: string) => sql`hashtextextended(${workflowId}, 0)`;

/**
 * Waits until nobody is writing a request for this session, about a millisecond when nobody is.
 *
 * @throws DeadlineExceededError, or PostgreSQL's lock_timeout error, when a sender holds the lock for longer
 */
export async function waitForSender(sql: postgres.Sql, workflowId: string, deadlineMs: number): Promise<void> {
  await withDeadline(
    'The lock of the session',
    deadlineMs,
    sql`select pg_advisory_xact_lock_shared(${lockKey(sql, workflowId)})`.then(() => {}),
  );
}

/** How long a sender may hold the lock without a word to PostgreSQL before PostgreSQL takes it away. */
export const fenceIdleLimitMs = 3_000;

export type Fence = {
  /** Makes sure, by asking PostgreSQL, that the lock is still held. Throws when it was lost. */
  assertHeld(): Promise<void>;
  /** Gives the lock back. Safe to call more than once. */
  release(): Promise<void>;
};

/**
 * Takes the session's lock alone, on a connection of its own.
 *
 * A process that freezes while it holds the lock loses it after {@link fenceIdleLimitMs}: PostgreSQL ends the
 * connection, and {@link Fence.assertHeld} then rejects.
 *
 * @throws when the lock is not to be had within PostgreSQL's lock_timeout, or the database is away
 */
export async function raiseFence(sql: postgres.Sql, workflowId: string): Promise<Fence> {
  const connection = await sql.reserve();
  let released = false;
  const giveBack = async (statement: 'commit' | 'rollback') => {
    if (released) return;
    released = true;
    try {
      await connection.unsafe(statement);
    } finally {
      connection.release();
    }
  };
  try {
    await connection`begin`;
    await connection`select
      set_config('idle_in_transaction_session_timeout', ${String(fenceIdleLimitMs)}, true),
      pg_advisory_xact_lock(${lockKey(sql, workflowId)})`;
  } catch (error) {
    await giveBack('rollback').catch(() => {});
    throw error;
  }
  return {
    async assertHeld() {
      if (released) throw new Error('The lock of the session was given back already.');
      await connection`select 1`;
    },
    release: () => giveBack('commit'),
  };
}
