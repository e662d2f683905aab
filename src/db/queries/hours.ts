import { eq } from 'drizzle-orm';
import { type Availability, availabilityAt } from '../../availability/hours';
import type { KnownHours } from '../../workflows/policy/session-state';
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
  return row ? hoursOn({ ignoreAvailability: row.ignored ?? false }, row) : null;
}

/** When followups may be sent on a channel of an agent. */
export const hoursOn = ({ ignoreAvailability }: { ignoreAvailability: boolean }, agent: Hours): Hours => ({
  timeZone: agent.timeZone,
  availability: ignoreAvailability ? { mode: 'always' } : agent.availability,
});

/** What a session knows when it has asked for hours at `atMs`, epoch milliseconds. */
export const knownHours = ({ availability, timeZone }: Hours, atMs: number): KnownHours => ({
  ...availabilityAt(availability, timeZone, atMs),
  askedAtMs: atMs,
});
