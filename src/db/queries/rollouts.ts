import { and, asc, eq, gt, lt, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { channels, sessions } from '../schema';

/** The plan revision of a channel; null for an unknown one. */
export async function readPlanRevision(db: Db, channelId: string): Promise<number | null> {
  const [row] = await db.select({ revision: channels.planRevision }).from(channels).where(eq(channels.id, channelId));
  return row?.revision ?? null;
}

/** The next open sessions of a channel, by id, that were opened with an older plan than `revision`. */
export function listSessionsBehind(
  db: Db,
  channelId: string,
  revision: number,
  afterSessionId: string | null,
  limit: number,
): Promise<{ id: string; workflowId: string }[]> {
  return db
    .select({ id: sessions.id, workflowId: sessions.workflowId })
    .from(sessions)
    .where(
      and(
        eq(sessions.channelId, channelId),
        eq(sessions.status, 'open'),
        lt(sessions.planRevision, revision),
        afterSessionId === null ? undefined : gt(sessions.id, afterSessionId),
      ),
    )
    .orderBy(asc(sessions.id))
    .limit(limit);
}

/** Notes that every open session was told of a revision. */
export async function noteRolledOut(db: Db, channelId: string, revision: number): Promise<void> {
  await db
    .update(channels)
    .set({ rolledOutRevision: sql`greatest(${channels.rolledOutRevision}, ${revision})` })
    .where(eq(channels.id, channelId));
}
