import { and, eq, type SQL, sql } from 'drizzle-orm';
import { deliveryId } from '../../ids';
import type { Db } from '../client';
import {
  type AttemptOutcome,
  channels,
  type DecidedOn,
  deliveries,
  followupChannels,
  followups,
  optOuts,
  sessions,
} from '../schema';

/** All that a claim is judged by, read in one statement. */
export type ClaimGround = {
  session: typeof sessions.$inferSelect;
  channel: typeof channels.$inferSelect;
  followup: typeof followups.$inferSelect;
  delivery: typeof deliveries.$inferSelect | null;
  lastAttempt: number;
  /** An earlier attempt may have reached the user: it began, and its answer is not known. */
  ambiguous: boolean;
  /**
   * A request was begun before, in this silence, or in an earlier one and may have reached the user: its message and body
   * stay as they were.
   */
  begun: boolean;
  /** The conversation is not to get any followup. */
  optedOut: boolean;
};

const wasBegun = sql`a.sending_at is not null and a.outcome is distinct from 'withheld'`;
const mayHaveReached = sql`a.sending_at is not null and (a.outcome is null or a.outcome = 'lost')`;

/** Each send asks for it: building it anew costs more than PostgreSQL needs to answer. */
function prepareClaimGround(db: Db) {
  const given = (name: string) => sql.placeholder(name);
  const attemptThat = (was: SQL) =>
    sql`exists (select 1 from delivery_attempts a where a.delivery_id = ${given('deliveryId')} and ${was})`;
  // The row itself may have been queued in the new silence already: the body says in which it was made.
  const bodyIsOfSilence = sql`${deliveries.body}::jsonb #>> '{data,anchorAt}' is not distinct from ${given('anchorAt')}`;
  return db
    .select({
      session: sessions,
      channel: channels,
      followup: followups,
      delivery: deliveries,
      lastAttempt: sql<number>`coalesce((select max(a.attempt) from delivery_attempts a where a.delivery_id = ${given('deliveryId')}), 0)`,
      ambiguous: sql<boolean>`${attemptThat(mayHaveReached)}`,
      begun: sql<boolean>`${attemptThat(wasBegun)} and (${bodyIsOfSilence} or ${attemptThat(mayHaveReached)})`,
      optedOut: sql<boolean>`exists (select 1 from ${optOuts} where ${optOuts.channelId} = ${sessions.channelId}
        and ${optOuts.conversationId} = ${sessions.conversationId})`,
    })
    .from(sessions)
    .innerJoin(channels, eq(channels.id, sessions.channelId))
    .innerJoin(followups, eq(followups.id, given('followupId')))
    .leftJoin(deliveries, and(eq(deliveries.sessionId, sessions.id), eq(deliveries.followupId, followups.id)))
    .where(eq(sessions.id, given('sessionId')))
    .prepare('claim_ground');
}

const claimGrounds = new WeakMap<Db, ReturnType<typeof prepareClaimGround>>();

/**
 * @param anchorMs of the silence in which it is to be sent
 * @returns null when there is no such session or followup (erased)
 */
export async function readClaimGround(
  db: Db,
  sessionId: string,
  followupId: string,
  anchorMs: number,
): Promise<ClaimGround | null> {
  const prepared = claimGrounds.get(db) ?? prepareClaimGround(db);
  claimGrounds.set(db, prepared);
  const anchorAt = new Date(anchorMs).toISOString();
  const [row] = await prepared.execute({
    deliveryId: deliveryId(sessionId, followupId),
    followupId,
    sessionId,
    anchorAt,
  });
  return row ?? null;
}

export type Claim = {
  ground: ClaimGround;
  attempt: number;
  message: string;
  body: string;
  anchorMs: number;
  dueMs: number;
  sendMs: number;
  expiresAtMs: number | null;
  decidedOn: DecidedOn;
};

/**
 * Claims the next attempt: makes or takes up the delivery and freezes its message and body, unless the channel's plan
 * or the followup changed since the ground was read. One statement, so that it happens whole or not at all.
 *
 * @returns false when something changed in between, and the ground is to be read again
 */
export async function claimAttempt(db: Db, claim: Claim): Promise<boolean> {
  const { session, channel, followup } = claim.ground;
  const id = deliveryId(session.id, followup.id);
  const at = (ms: number) => sql`${new Date(ms).toISOString()}::timestamptz`;
  const rows = await db.execute(sql`
    with unchanged as (
      select 1 from ${channels}
      where ${channels.id} = ${channel.id} and ${channels.planRevision} = ${channel.planRevision}
        and ${channels.deletedAt} is null and ${channels.pausedAt} is null
      for key share
    ), live as (
      select 1 from ${sessions} where ${sessions.id} = ${session.id} and ${sessions.status} = 'open' for share
    ), assigned as (
      select 1 from ${followupChannels}
      where ${followupChannels.followupId} = ${followup.id} and ${followupChannels.channelId} = ${channel.id}
    ), claimed as (
      insert into deliveries as d (id, session_id, followup_id, followup_revision, channel_id, agent_id, conversation_id,
        status, reason, message, survey_type, body, anchor_at, due_at, send_at, expires_at, decided_on)
      select ${id}, ${session.id}, f.id, f.revision, ${channel.id}, ${channel.agentId}, ${session.conversationId},
        'sending', ${claim.attempt > 1 ? 'retrying' : 'sending'}, ${claim.message}, f.survey_type, ${claim.body},
        ${at(claim.anchorMs)}, ${at(claim.dueMs)}, ${at(claim.sendMs)},
        ${claim.expiresAtMs === null ? sql`null` : at(claim.expiresAtMs)}, ${JSON.stringify(claim.decidedOn)}::jsonb
      from followups f
      where f.id = ${followup.id} and f.revision = ${followup.revision} and f.status = 'active' and f.deleted_at is null
        and exists (select 1 from unchanged) and exists (select 1 from assigned) and exists (select 1 from live)
      on conflict (session_id, followup_id) do update set
        status = excluded.status, reason = excluded.reason, detail = null, followup_revision = excluded.followup_revision,
        message = case when ${claim.ground.begun}::boolean then d.message else excluded.message end,
        body = case when ${claim.ground.begun}::boolean then d.body else excluded.body end,
        survey_type = case when ${claim.ground.begun}::boolean then d.survey_type else excluded.survey_type end,
        anchor_at = excluded.anchor_at, due_at = excluded.due_at, send_at = excluded.send_at,
        expires_at = excluded.expires_at, decided_on = excluded.decided_on,
        updated_at = now()
      where d.status in ('queued', 'skipped', 'sending')
      returning d.id
    )
    insert into delivery_attempts (delivery_id, attempt) select id, ${claim.attempt}::int from claimed
    on conflict do nothing
    returning attempt`);
  return rows.length === 1;
}

/**
 * Notes, before the first byte of the request is written, that attempt `attempt` begins. From here on nobody knows
 * whether it reached the user until its outcome is written.
 *
 * @returns false when it was closed or another attempt was claimed since, the delivery has ended, the rules were changed or the
 *   conversation opted out meanwhile, or, where nothing is ever repeated, an earlier attempt may have reached the user:
 *   nothing may be written then
 */
export async function markSending(
  db: Db,
  id: string,
  attempt: number,
  askedAt: Date,
  ground: Pick<ClaimGround, 'channel' | 'session'>,
): Promise<boolean> {
  const { channel, session } = ground;
  const rows = await db.execute(sql`
    update delivery_attempts set asked_at = ${askedAt.toISOString()}::timestamptz, sending_at = now()
    where delivery_id = ${id} and attempt = ${attempt} and sending_at is null and outcome is null
      and not exists (select 1 from delivery_attempts n where n.delivery_id = ${id} and n.attempt > ${attempt})
      and exists (select 1 from deliveries d where d.id = ${id} and d.status = 'sending')
      and exists (select 1 from ${channels} where ${channels.id} = ${channel.id} and ${channels.planRevision} = ${channel.planRevision}
        and ${channels.deletedAt} is null and ${channels.pausedAt} is null)
      and not exists (select 1 from ${optOuts} where ${optOuts.channelId} = ${session.channelId}
        and ${optOuts.conversationId} = ${session.conversationId})
      and (${channel.ambiguousSend !== 'never_repeat'}::boolean or not exists (
        select 1 from delivery_attempts a where a.delivery_id = ${id} and a.attempt < ${attempt} and ${mayHaveReached}))
    returning attempt`);
  return rows.length === 1;
}

/** Closes the claims of a delivery that have not begun: whoever made one may be slow, and write nothing on it any more. */
export async function closeUnbegun(db: Db, sessionId: string, followupId: string): Promise<void> {
  await db.execute(sql`
    update delivery_attempts set outcome = 'withheld', finished_at = now()
    where delivery_id = ${deliveryId(sessionId, followupId)} and sending_at is null and outcome is null`);
}

export type AttemptResult = {
  deliveryId: string;
  attempt: number;
  outcome: Exclude<AttemptOutcome, 'sent'>;
  httpStatus: number | null;
  durationMs: number | null;
};

/** Writes what came of an attempt that was not taken; one that has an outcome keeps it. */
export async function recordAttempt(db: Db, result: AttemptResult): Promise<void> {
  await db.execute(sql`
    update delivery_attempts set outcome = ${result.outcome}, http_status = ${result.httpStatus}::int,
      duration_ms = ${result.durationMs}::int, finished_at = now()
    where delivery_id = ${result.deliveryId} and attempt = ${result.attempt} and outcome is null`);
}

/** Says of a delivery that its attempt failed and another will come. */
export async function markRetrying(db: Db, id: string): Promise<void> {
  await db
    .update(deliveries)
    .set({ reason: 'retrying', updatedAt: new Date() })
    .where(and(eq(deliveries.id, id), eq(deliveries.status, 'sending')));
}

/**
 * Writes that an attempt was taken, and marks its delivery as sent, both in one. A result that arrives late corrects
 * `unknown`, and what was given up, upwards.
 */
export async function markSent(
  db: Db,
  { deliveryId: id, attempt, httpStatus, durationMs }: Omit<AttemptResult, 'outcome'>,
  sentAt: Date,
  gatewayMessageId: string | null,
): Promise<void> {
  await db.execute(sql`
    with attempt as (
      update delivery_attempts set outcome = 'sent', http_status = ${httpStatus}::int, duration_ms = ${durationMs}::int,
        finished_at = now()
      where delivery_id = ${id} and attempt = ${attempt}
    )
    update deliveries set status = 'sent', reason = 'sent', detail = null, sent_at = ${sentAt.toISOString()}::timestamptz,
      gateway_message_id = ${gatewayMessageId}, updated_at = now()
    where id = ${id} and status <> 'sent'`);
}

/** Gives a delivery that is being sent a final status. */
export async function endDelivery(
  db: Db,
  id: string,
  end: {
    status: 'failed' | 'unknown' | 'skipped';
    reason: (typeof deliveries.$inferSelect)['reason'];
    detail: string | null;
  },
): Promise<void> {
  await db
    .update(deliveries)
    .set({ ...end, updatedAt: new Date() })
    .where(and(eq(deliveries.id, id), sql`${deliveries.status} in ('queued', 'sending')`));
}

/**
 * Gives the next send of a channel its turn: one after the other, so many in a second, in the order in which they ask.
 *
 * @returns when its turn is, epoch milliseconds; now or earlier where nobody is before it
 */
export async function takeTurn(db: Db, channelId: string, sendsPerSecond: number): Promise<number> {
  const pause = sql`make_interval(secs => 1.0 / ${sendsPerSecond}::int)`;
  const [row] = await db
    .update(channels)
    .set({ nextSendAt: sql`greatest(coalesce(${channels.nextSendAt}, now()), now()) + ${pause}` })
    .where(eq(channels.id, channelId))
    .returning({ turnAt: sql<string>`${channels.nextSendAt} - ${pause}` });
  return row ? Date.parse(row.turnAt) : 0;
}
