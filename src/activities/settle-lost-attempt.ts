import type { Database } from '../db/client';
import { closeUnbegun, readClaimGround } from '../db/queries/claims';
import type { SendOutcome } from '../workflows/policy/apply';
import type { SendFollowupInput } from './ports';
import { alreadyEnded } from './send-followup';

/**
 * Finds out from the rows what came of an attempt whose worker was lost: it may have written its request, or have learned
 * the answer, or not have got so far. In the last case its claim is closed, since the worker may be slow rather than gone.
 */
export async function settleLostAttempt(
  { database: { db }, now }: { database: Database; now: () => number },
  { sessionId, followupId, anchorMs }: SendFollowupInput,
): Promise<SendOutcome> {
  await closeUnbegun(db, sessionId, followupId);
  const ground = await readClaimGround(db, sessionId, followupId, anchorMs);
  if (!ground) return { outcome: 'skipped', reason: 'session_ended' };
  const cause = ground.ambiguous ? 'lost' : ground.begun ? 'failed' : 'unverified';
  return alreadyEnded(ground.delivery, now()) ?? { outcome: 'retry', cause, retryAfterMs: null };
}
