import { and, eq, sql } from 'drizzle-orm';
import type { Queryable } from '../client';
import { deliveries, sessions } from '../schema';

/**
 * Ends a session whose workflow is gone, terminated or deleted by an operator, and settles what was pending: what may
 * have reached the user is unknown, what has failed has failed, the rest is skipped. Changes nothing about a session that has ended.
 *
 * @param beforeAt the first message of the next session: the end is set before it, or it would count as late
 */
export async function settleAbandonedSession(db: Queryable, sessionId: string, beforeAt: Date): Promise<void> {
  // Ended first: from then on nothing of it can be claimed again.
  await db
    .update(sessions)
    .set({
      status: 'ended',
      endedAt: sql`least(greatest(${sessions.startedAt}, ${beforeAt.toISOString()}::timestamptz - interval '1 millisecond'), now())`,
      endedBy: 'operator',
      updatedAt: new Date(),
    })
    .where(and(eq(sessions.id, sessionId), eq(sessions.status, 'open')));
  await settlePendingDeliveries(db, sessionId);
}

/**
 * Settles the deliveries of a session that has ended, where any is left, as the session would have (ADR 9): unknown, if a
 * request may have come through; failed, if attempts were made and all of them are known to have failed; else skipped.
 */
export async function settlePendingDeliveries(db: Queryable, sessionId: string): Promise<void> {
  const attempt = sql`select 1 from delivery_attempts a where a.delivery_id = ${deliveries.id}`;
  const mayHaveReached = sql`exists (${attempt} and a.sending_at is not null and (a.outcome is null or a.outcome = 'lost'))`;
  const hasFailed = sql`(${deliveries.status} = 'sending' and exists (${attempt} and a.outcome in ('failed', 'unreachable')))`;
  await db
    .update(deliveries)
    .set({
      status: sql`case when ${mayHaveReached} then 'unknown' when ${hasFailed} then 'failed' else 'skipped' end`,
      reason: sql`case when ${mayHaveReached} then 'unknown' when ${hasFailed} then 'gateway_failed' else 'session_ended' end`,
      detail: sql`case when ${mayHaveReached} or ${hasFailed} then 'session_ended' end`,
      updatedAt: new Date(),
    })
    .where(and(eq(deliveries.sessionId, sessionId), sql`${deliveries.status} in ('queued', 'sending')`));
}
