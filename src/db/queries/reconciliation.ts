import { and, asc, eq, gt, lt, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { channels, deliveries, sessions } from '../schema';

/** Channels whose plan is newer than what was rolled out, and has been for `graceSeconds`. */
export async function listUnrolledChannels(db: Db, graceSeconds: number, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: channels.id })
    .from(channels)
    .where(
      and(
        gt(channels.planRevision, channels.rolledOutRevision),
        sql`${channels.planChangedAt} < now() - make_interval(secs => ${graceSeconds})`,
      ),
    )
    .limit(limit);
  return rows.map(({ id }) => id);
}

export type OpenSession = { id: string; workflowId: string };

/** Open sessions with a delivery that should have been settled a while ago. */
export function listOverdueSessions(db: Db, graceSeconds: number, limit: number): Promise<OpenSession[]> {
  return db
    .selectDistinct({ id: sessions.id, workflowId: sessions.workflowId })
    .from(sessions)
    .innerJoin(deliveries, eq(deliveries.sessionId, sessions.id))
    .where(
      and(
        eq(sessions.status, 'open'),
        sql`${deliveries.status} in ('queued', 'sending')`,
        sql`greatest(${deliveries.sendAt}, ${deliveries.updatedAt}) < now() - make_interval(secs => ${graceSeconds})`,
      ),
    )
    .limit(limit);
}

/**
 * Ended sessions with a delivery that is still pending: whoever ended them was cut off before it had settled all.
 *
 * @returns their ids
 */
export async function listEndedWithPending(db: Db, graceSeconds: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectDistinct({ id: sessions.id })
    .from(sessions)
    .innerJoin(deliveries, eq(deliveries.sessionId, sessions.id))
    .where(
      and(
        eq(sessions.status, 'ended'),
        sql`${deliveries.status} in ('queued', 'sending')`,
        sql`${deliveries.updatedAt} < now() - make_interval(secs => ${graceSeconds})`,
      ),
    )
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** The next open sessions by id, that were opened a while ago: a walk through all of them, a page at a time. */
export function listOpenSessions(
  db: Db,
  afterSessionId: string,
  graceSeconds: number,
  limit: number,
): Promise<OpenSession[]> {
  return db
    .select({ id: sessions.id, workflowId: sessions.workflowId })
    .from(sessions)
    .where(
      and(
        eq(sessions.status, 'open'),
        gt(sessions.id, afterSessionId),
        lt(sessions.createdAt, sql`now() - make_interval(secs => ${graceSeconds})`),
      ),
    )
    .orderBy(asc(sessions.id))
    .limit(limit);
}
