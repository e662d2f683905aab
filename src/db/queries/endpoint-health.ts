import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../client';
import { channels } from '../schema';

/** From so many failures in a row on, an endpoint gets one probe at a time. */
export const failuresBeforeProbing = 10;
/** A probe that is not heard of again gives its place to the next after this time. */
const probeSeconds = 30;
/** Between a probe that failed and the next. */
const probePauseSeconds = 5;

/** Notes that the endpoint answered. Writes only when there is something to change: sends are many, channels few. */
export async function noteEndpointSuccess(db: Db, channelId: string): Promise<void> {
  await db
    .update(channels)
    .set({ consecutiveFailures: 0, probeUntil: null, lastSuccessAt: sql`now()` })
    .where(
      and(
        eq(channels.id, channelId),
        sql`(${channels.consecutiveFailures} > 0 or ${channels.lastSuccessAt} is null
          or ${channels.lastSuccessAt} < now() - interval '10 seconds')`,
      ),
    );
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
