import { and, eq, inArray } from 'drizzle-orm';
import type { Queryable } from '../client';
import { optOuts } from '../schema';

/** Whether a conversation has opted out of followups. */
export async function isOptedOut(db: Queryable, channelId: string, conversationId: string): Promise<boolean> {
  const [row] = await db
    .select({ channelId: optOuts.channelId })
    .from(optOuts)
    .where(and(eq(optOuts.channelId, channelId), eq(optOuts.conversationId, conversationId)));
  return row !== undefined;
}

/** @returns whether that is new */
export async function insertOptOut(db: Queryable, channelId: string, conversationId: string): Promise<boolean> {
  const rows = await db
    .insert(optOuts)
    .values({ channelId, conversationId })
    .onConflictDoNothing()
    .returning({ channelId: optOuts.channelId });
  return rows.length > 0;
}

/** @returns whether there was one */
export async function deleteOptOut(db: Queryable, channelId: string, conversationIds: string[]): Promise<boolean> {
  const rows = await db
    .delete(optOuts)
    .where(and(eq(optOuts.channelId, channelId), inArray(optOuts.conversationId, conversationIds)))
    .returning({ channelId: optOuts.channelId });
  return rows.length > 0;
}
