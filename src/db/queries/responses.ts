import { sql } from 'drizzle-orm';
import type { Db } from '../client';
import { hasUnanswered } from './open-session';

/**
 * Writes the first user message after them to the deliveries of a conversation that wait for a response and were sent
 * within the channel's response window before it.
 *
 * @returns whether others still wait
 */
export async function recordResponse(
  db: Db,
  channelId: string,
  conversationId: string,
  atMs: number,
): Promise<{ unanswered: boolean }> {
  const at = new Date(atMs).toISOString();
  await db.execute(sql`
    update deliveries d set response_at = ${at}::timestamptz, updated_at = now()
    from channels c
    where c.id = d.channel_id and d.channel_id = ${channelId} and d.conversation_id = ${conversationId}
      and d.status in ('sent', 'unknown') and (d.response_at is null or d.response_at > ${at}::timestamptz)
      and coalesce(d.sent_at, d.send_at) < ${at}::timestamptz
      and coalesce(d.sent_at, d.send_at) >= ${at}::timestamptz - make_interval(secs => c.response_window_seconds)`);
  return { unanswered: await hasUnanswered(db, channelId, conversationId) };
}
