import { and, count, eq, type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '../client';
import { deliveries, sessions } from '../schema';

/** Queued, or being tried: what an edit of its rule or hours would drop or move. As in the index that finds them. */
export const isPending: SQL = sql`${deliveries.status} in ('queued', 'sending')`;

/**
 * How many deliveries are pending, of a followup or of all of an agent. What a session that has ended left behind does
 * not count: nothing will come of it.
 */
export async function countPending(
  db: Queryable,
  of: { agentId: string; followupId: string | undefined },
): Promise<number> {
  const [row] = await db
    .select({ pending: count() })
    .from(deliveries)
    .innerJoin(sessions, and(eq(sessions.id, deliveries.sessionId), eq(sessions.status, 'open')))
    .where(
      and(
        isPending,
        eq(deliveries.agentId, of.agentId),
        of.followupId === undefined ? undefined : eq(deliveries.followupId, of.followupId),
      ),
    );
  return row?.pending ?? 0;
}
