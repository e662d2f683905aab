import type { Db } from '../db/client';
import { knownHours, readHours } from '../db/queries/hours';
import type { KnownHours } from '../workflows/policy/session-state';
import type { CheckAvailabilityInput } from './ports';

/**
 * Whether an agent is available at `atMs`, and until when, or when it will be; on a channel that ignores its hours it
 * always is. An agent that is gone is never available: in doubt, stay silent.
 */
export async function checkAvailability(db: Db, input: CheckAvailabilityInput): Promise<KnownHours> {
  const hours = await readHours(db, input);
  return hours ? knownHours(hours, input.atMs) : { open: false, askedAtMs: input.atMs, opensAtMs: null };
}
