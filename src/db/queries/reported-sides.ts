import { and, desc, eq, gte } from 'drizzle-orm';
import type { Queryable } from '../client';
import { sessions } from '../schema';

export type ReportedSides = { sessions: number; withAgent: number; withUser: number };

/** Whose messages were reported in the newest sessions of a channel that have ended: open ones are not written yet. */
export async function readReportedSides(
  db: Queryable,
  channelId: string,
  since: Date,
  limit: number,
): Promise<ReportedSides> {
  const rows = await db
    .select({ agentAt: sessions.lastAgentMessageAt, userAt: sessions.lastUserMessageAt })
    .from(sessions)
    .where(and(eq(sessions.channelId, channelId), eq(sessions.status, 'ended'), gte(sessions.createdAt, since)))
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .limit(limit);
  return {
    sessions: rows.length,
    withAgent: rows.filter(({ agentAt }) => agentAt !== null).length,
    withUser: rows.filter(({ userAt }) => userAt !== null).length,
  };
}
