import { eq } from 'drizzle-orm';
import type { Availability } from '../../availability/hours';
import type { Queryable } from '../client';
import { agents, channels } from '../schema';

export type Hours = { availability: Availability; timeZone: string };

/** When followups may be sent on a channel: in its agent's hours, or always where it ignores them. null: no such agent. */
export async function readHours(
  db: Queryable,
  { agentId, channelId }: { agentId: string; channelId: string },
): Promise<Hours | null> {
  const [row] = await db
    .select({
      availability: agents.availability,
      timeZone: agents.timeZone,
      ignored: channels.ignoreAvailability,
    })
    .from(agents)
    .leftJoin(channels, eq(channels.id, channelId))
    .where(eq(agents.id, agentId));
  if (!row) return null;
  return { timeZone: row.timeZone, availability: row.ignored ? { mode: 'always' } : row.availability };
}
