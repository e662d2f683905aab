import { eq, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { channels } from '../schema';

/** From so many failures in a row on, an endpoint gets one probe at a time. */
export const failuresBeforeProbing = 10;
/** A probe that is not heard of again gives its place to the next after this time. */
const probeSeconds = 30;
/** Between a probe that failed and the next. */
const probePauseSeconds = 5;

/** How old the note of an endpoint's last success may be. */
const successNotedForMs = 10_000;

type Health = Pick<typeof channels.$inferSelect, 'id' | 'consecutiveFailures' | 'lastSuccessAt'>;

/**
 * Notes that the endpoint answered. Asks only when there is something to change: sends are many, channels few.
 *
 * @param health as it was read before the attempt: a failure of another one since then is for the next success to clear
 */
export async function noteEndpointSuccess(db: Db, health: Health, nowMs: number): Promise<void> {
  const { id, consecutiveFailures, lastSuccessAt } = health;
  const isNoted = lastSuccessAt !== null && Math.abs(nowMs - lastSuccessAt.getTime()) < successNotedForMs;
  if (isNoted && consecutiveFailures === 0) return;
  await db
    .update(channels)
    .set({ consecutiveFailures: 0, probeUntil: null, lastSuccessAt: sql`now()` })
    .where(eq(channels.id, id));
}

/** Notes that an attempt failed, and why: a short code, never the endpoint's own words. */
export async function noteEndpointFailure(db: Db, channelId: string, failure: string): Promise<void> {
  await db
    .update(channels)
    .set({
      consecutiveFailures: sql`${channels.consecutiveFailures} + 1`,
      // The next probe has to wait as well, or many sessions together would probe without a pause.
      probeUntil: sql`now() + make_interval(secs => ${probePauseSeconds})`,
      lastFailureAt: sql`now()`,
      lastFailure: failure,
    })
    .where(eq(channels.id, channelId));
}

/** Lets one attempt through to an endpoint that has failed too often. @returns whether it is this one */
export async function takeProbe(db: Db, channelId: string): Promise<boolean> {
  const rows = await db.execute(sql`
    update channels set probe_until = now() + make_interval(secs => ${probeSeconds})
    where id = ${channelId} and (probe_until is null or probe_until < now())
    returning id`);
  return rows.length === 1;
}

/** The endpoint answered 410 Gone: nothing more is sent until the channel is edited or resumed. */
export async function pauseChannel(db: Db, channelId: string): Promise<void> {
  await db
    .update(channels)
    .set({ pausedAt: sql`coalesce(${channels.pausedAt}, now())`, pausedReason: 'endpoint_gone' })
    .where(eq(channels.id, channelId));
}
