import { eq } from 'drizzle-orm';
import { availabilityAt } from '../availability/hours';
import type { Db } from '../db/client';
import { agents } from '../db/schema';
import type { KnownHours } from '../workflows/policy/session-state';

/**
 * Whether an agent is available at `atMs`, and until when, or when it will be. An agent that is gone is never
 * available: in doubt, stay silent.
 */
export async function checkAvailability(db: Db, agentId: string, atMs: number): Promise<KnownHours> {
  const [agent] = await db
    .select({ availability: agents.availability, timeZone: agents.timeZone })
    .from(agents)
    .where(eq(agents.id, agentId));
  if (!agent) return { open: false, askedAtMs: atMs, opensAtMs: null };
  return { ...availabilityAt(agent.availability, agent.timeZone, atMs), askedAtMs: atMs };
}
