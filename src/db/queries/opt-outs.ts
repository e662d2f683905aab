import { and, eq } from 'drizzle-orm';
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
