import type postgres from 'postgres';
import { withDeadline } from '../../deadline';

/**
 * The fence between a reply and a send (semantics.md, firing rule 7). The sender holds a session's lock from before it
 * asks the session until its request is written; the API passes the same lock, shared, before it acknowledges a reply.
 * So a reply that was acknowledged before the request began was seen by the question.
 */
export const lockKey = (sql: postgres.Sql, workflowId: string) => sql`hashtextextended(${workflowId}, 0)`;

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

/**
 * The sessions to which somebody may be writing a request now; of the others, whoever asks from now on sees what was
 * reported before. One statement for many sessions, and it waits for nobody.
 */
export async function sessionsBeingSentTo(sql: postgres.Sql, workflowIds: string[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from unnest(${workflowIds}::text[]) as id
    where not pg_try_advisory_xact_lock_shared(hashtextextended(id, 0))`;
  return rows.map(({ id }) => id);
}

/** How long a sender may hold the lock without a word to PostgreSQL before PostgreSQL takes it away. */
export const fenceIdleLimitMs = 3_000;
