import { and, eq, sql } from 'drizzle-orm';
import type { Queryable } from '../client';
import { deliveries, sessions } from '../schema';

/**
 * Ends a session whose workflow is gone, terminated or deleted by an operator, and settles what was pending: what may
 * have reached the user is unknown, the rest is skipped. Changes nothing about a session that has ended.
 *
 * @param beforeAt the first message of the next session: the end is set before it, or it would count as late
 */
export async function settleAbandonedSession(db: Queryable, sessionId: string, beforeAt: Date): Promise<void> {
  await settlePendingDeliveries(db, sessionId);
  await db
    .update(sessions)
    .set({
      status: 'ended',
      endedAt: sql`least(greatest(${sessions.startedAt}, ${beforeAt.toISOString()}::timestamptz - interval '1 millisecond'), now())`,
      endedBy: 'operator',
      updatedAt: new Date(),
    })
    .where(and(eq(sessions.id, sessionId), eq(sessions.status, 'open')));
}

/** Settles the deliveries of a session that has ended, where any is left: unknown, if a request may have come through. */
export async function settlePendingDeliveries(db: Queryable, sessionId: string): Promise<void> {
  const begun = sql`exists (select 1 from delivery_attempts a where a.delivery_id = ${deliveries.id}
    and a.sending_at is not null and (a.outcome is null or a.outcome = 'lost'))`;
  await db
    .update(deliveries)
    .set({
      status: sql`case when ${begun} then 'unknown' else 'skipped' end`,
      reason: sql`case when ${begun} then 'unknown' else 'session_ended' end`,
      updatedAt: new Date(),
    })
    .where(and(eq(deliveries.sessionId, sessionId), sql`${deliveries.status} in ('queued', 'sending')`));
}
