import type { Logger } from 'pino';
import type { Database } from '../db/client';
import type { Fence, FencePool } from '../db/fence-pool';
import {
  type Claim,
  type ClaimGround,
  claimAttempt,
  endDelivery,
  markRetrying,
  markSending,
  markSent,
  readClaimGround,
  recordAttempt,
  takeTurn,
} from '../db/queries/claims';
import { readCooldowns } from '../db/queries/cooldowns';
import { decidedOn } from '../db/queries/decisions';
import {
  failuresBeforeProbing,
  noteEndpointFailure,
  noteEndpointSuccess,
  pauseChannel,
  takeProbe,
} from '../db/queries/endpoint-health';
import { classifyAnswer, gatewayMessageId } from '../gateway/answers';
import type { SendResult, WebhookSender } from '../gateway/send-webhook';
import { deliveryId } from '../ids';
import type { SecretBox } from '../secret-box';
import { surveyLinks } from '../surveys/survey-link';
import { sendToChat } from '../webchat/send-to-chat';
import type { SendOutcome } from '../workflows/policy/apply';
import type { SendFollowupInput } from './ports';
import { requestBody } from './request-body';
import { signingSecrets } from './signing-secrets';

/** A paused channel is looked at again after this time, should the word of its resumption be late. */
const pausedRecheckMs = 5 * 60_000;
/** While another attempt probes the endpoint. */
const probeWaitMs = 5_000;
/** Changes between reading and claiming are rare; more than this many in a row are waited out by the session. */
const claimTries = 3;

export type SendFollowupDeps = {
  database: Database;
  fences: FencePool;
  webhooks: WebhookSender;
  secretBox: SecretBox;
  logger: Logger;
  now: () => number;
  /** Where the API is reached from outside, for the links of surveys. Without a slash at the end. */
  publicUrl: string;
  /** Asks the session itself, which sees every event that was acknowledged before. Rejects when nobody answers. */
  isWanted: (input: SendFollowupInput) => Promise<boolean>;
};

/** Where the attempt runs: the session's workflow id is the name of its fence. */
export type SendContext = { workflowId: string; abortSignal: AbortSignal };

/**
 * One attempt to send a followup: claimed → asked under the fence → sending → result, each written to PostgreSQL before
 * the next step begins (semantics.md, "A send is attempt by attempt").
 *
 * @throws when the database is away: what happened is then found out by the next attempt, from the rows
 */
export async function sendFollowup(
  deps: SendFollowupDeps,
  input: SendFollowupInput,
  context: SendContext,
): Promise<SendOutcome> {
  const claimed = await claim(deps, input).catch((error: unknown): SendOutcome => {
    // Nothing was begun: the next attempt begins anew, and nothing is ambiguous.
    deps.logger.warn({ followupId: input.followupId, err: error }, 'the send could not be claimed');
    return { outcome: 'retry', cause: 'unverified', retryAfterMs: null };
  });
  if ('outcome' in claimed) return claimed;
  const { ground, attempt } = claimed;
  const id = deliveryId(input.sessionId, input.followupId);

  let fence: Fence | null = null;
  let refusal: SendOutcome | null = null;
  /** The fence under which the session was asked, and wants it sent; null: nothing may be written. */
  const beforeWrite = async (): Promise<Fence | null> => {
    try {
      fence = await deps.fences.raise(context.workflowId);
      const askedAt = new Date(deps.now());
      if (!(await deps.isWanted(input))) {
        refusal = { outcome: 'withheld' };
        return null;
      }
      // Both at once: a lock that is lost after PostgreSQL's answer is seen by the clocks, or by the closed connection, before
      // the first byte (`isHeldNow`).
      const [marked] = await Promise.all([
        markSending(deps.database.db, id, attempt, askedAt, ground),
        fence.assertHeld(),
      ]);
      if (!marked) {
        refusal = { outcome: 'retry', cause: 'unverified', retryAfterMs: null };
        return null;
      }
      return fence;
    } catch (error) {
      // Nothing was written, and nobody could say whether it may be: not yet.
      deps.logger.warn({ deliveryId: id, attempt, err: error }, 'send not verified');
      refusal = { outcome: 'retry', cause: 'unverified', retryAfterMs: null };
      return null;
    }
  };
  const releaseFence = async () => {
    await fence?.release();
  };

  const message = {
    webhookId: id,
    body: (ground.begun ? ground.delivery?.body : null) ?? claimed.body,
    abortSignal: context.abortSignal,
  };
  let result: SendResult;
  try {
    result =
      ground.channel.type === 'webchat'
        ? await sendToChat({ ...message, beforeWrite, nowMs: deps.now })
        : await deps.webhooks.send({
            ...message,
            url: ground.channel.endpointUrl ?? '',
            secrets: claimed.secrets,
            beforeWrite: async () => (await beforeWrite()) !== null,
            mayWrite: () => fence?.isHeldNow() ?? false,
            afterWrite: releaseFence,
          });
  } finally {
    await releaseFence();
  }
  return conclude(deps, { id, attempt, channel: ground.channel }, result, refusal);
}

type Claimed = { ground: ClaimGround; attempt: number; body: string; secrets: string[] };

/** Claims the next attempt, or says why there is none. */
async function claim(deps: SendFollowupDeps, input: SendFollowupInput): Promise<Claimed | SendOutcome> {
  const { db } = deps.database;
  for (let tries = 0; tries < claimTries; tries++) {
    const ground = await readClaimGround(db, input.sessionId, input.followupId, input.anchorMs);
    if (!ground) return { outcome: 'skipped', reason: 'session_ended' };
    const refusal = await refuseClaim(deps, input, ground);
    if (refusal) return refusal;
    const attempt = ground.lastAttempt + 1;
    const secrets = signingSecrets(deps.secretBox, ground.channel, deps.now());
    const body = requestBody(ground, input, new Date(deps.now()), surveyLinks(deps.secretBox, deps.publicUrl));
    const next: Claim = {
      ground,
      attempt,
      message: ground.followup.message,
      body,
      anchorMs: input.anchorMs,
      dueMs: input.dueMs,
      sendMs: input.plannedMs,
      expiresAtMs: input.expiresAtMs,
      decidedOn: decidedOn(input),
    };
    if (await claimAttempt(db, next)) return { ground, attempt, body, secrets };
  }
  return { outcome: 'retry', cause: 'unverified', retryAfterMs: null };
}

/** What became of a delivery that has ended before; null: it has not. */
export function alreadyEnded(delivery: ClaimGround['delivery'], nowMs: number): SendOutcome | null {
  switch (delivery?.status) {
    case 'sent':
      return { outcome: 'sent', sentAtMs: delivery.sentAt?.getTime() ?? nowMs };
    case 'unknown':
      return { outcome: 'unknown' };
    case 'failed':
      return { outcome: 'failed', reason: failedReason(delivery.reason), conversationGone: false };
    default:
      return null;
  }
}

async function refuseClaim(
  deps: SendFollowupDeps,
  input: SendFollowupInput,
  { session, channel, followup, delivery, ambiguous, begun, optedOut }: ClaimGround,
): Promise<SendOutcome | null> {
  const { db } = deps.database;
  const ended = alreadyEnded(delivery, deps.now());
  if (ended) return ended;
  if (ambiguous && channel.ambiguousSend === 'never_repeat') {
    await endDelivery(db, deliveryId(input.sessionId, input.followupId), {
      status: 'unknown',
      reason: 'unknown',
      detail: null,
    });
    return { outcome: 'unknown' };
  }
  if (session.status === 'ended') return { outcome: 'skipped', reason: 'session_ended' };
  if (channel.deletedAt) return { outcome: 'skipped', reason: 'channel_deleted' };
  if (optedOut) return { outcome: 'skipped', reason: 'opted_out' };
  if (channel.planRevision > input.planRevision) return { outcome: 'stalePlan', revision: channel.planRevision };
  // The activity may have waited long for a worker: then the session looks at the time again.
  const nowMs = deps.now();
  if (nowMs >= (input.availableUntilMs ?? Infinity) || nowMs > (input.expiresAtMs ?? Infinity)) {
    return { outcome: 'withheld' };
  }
  if (channel.pausedAt)
    return { outcome: 'held', reason: 'channel_paused', retryAfterMs: pausedRecheckMs, turnAtMs: null };
  const { channelId, conversationId } = session;
  // A survey may have been answered since the session read its plan.
  const cooldowns = await readCooldowns(db, channelId, conversationId, begun ? [] : [followup]);
  if ((cooldowns.get(followup.id) ?? 0) > nowMs) return { outcome: 'skipped', reason: 'cooling_down' };
  if (channel.maxSendsPerSecond !== null) {
    const held = await waitForTurn(deps, input, channel.id, channel.maxSendsPerSecond);
    if (held) return held;
  }
  // Last, so that the one probe at a time is not given to what is held for another reason.
  if (channel.consecutiveFailures >= failuresBeforeProbing && !(await takeProbe(db, channel.id))) {
    return { outcome: 'held', reason: 'throttled', retryAfterMs: probeWaitMs, turnAtMs: null };
  }
  return null;
}

/** Keeps to the channel's rate: the first asking gives a turn, and the followup comes back with it. */
async function waitForTurn(
  deps: SendFollowupDeps,
  { turnAtMs }: SendFollowupInput,
  channelId: string,
  sendsPerSecond: number,
): Promise<SendOutcome | null> {
  const nowMs = deps.now();
  if (turnAtMs !== null && turnAtMs <= nowMs) return null;
  const givenAtMs = turnAtMs ?? (await takeTurn(deps.database.db, channelId, sendsPerSecond));
  if (givenAtMs <= nowMs) return null;
  return { outcome: 'held', reason: 'throttled', retryAfterMs: givenAtMs - nowMs, turnAtMs: givenAtMs };
}

const failedReason = (reason: string) =>
  reason === 'endpoint_gone' || reason === 'endpoint_blocked' ? reason : 'gateway_rejected';

/** Writes what came of the attempt, and tells the session. */
async function conclude(
  deps: SendFollowupDeps,
  attempt: { id: string; attempt: number; channel: ClaimGround['channel'] },
  result: SendResult,
  refusal: SendOutcome | null,
): Promise<SendOutcome> {
  const { db } = deps.database;
  const record = (
    outcome: Parameters<typeof recordAttempt>[1]['outcome'],
    http: { httpStatus?: number; durationMs?: number } = {},
  ) =>
    recordAttempt(db, {
      deliveryId: attempt.id,
      attempt: attempt.attempt,
      outcome,
      httpStatus: http.httpStatus ?? null,
      durationMs: http.durationMs ?? null,
    });
  const fail = (reason: 'gateway_rejected' | 'endpoint_gone' | 'endpoint_blocked', detail: string | null = null) =>
    endDelivery(db, attempt.id, { status: 'failed', reason, detail });

  switch (result.kind) {
    case 'withheld':
      // Whether or not that can be written: nothing was sent, and the session is to know it.
      await record('withheld').catch(() => {});
      return refusal ?? { outcome: 'retry', cause: 'unverified', retryAfterMs: null };
    case 'blocked':
      await record('blocked');
      await fail('endpoint_blocked');
      await noteEndpointFailure(db, attempt.channel.id, 'blocked');
      return { outcome: 'failed', reason: 'endpoint_blocked', conversationGone: false };
    case 'unreachable':
      await record('unreachable', { durationMs: result.durationMs });
      await markRetrying(db, attempt.id);
      await noteEndpointFailure(db, attempt.channel.id, result.code);
      return { outcome: 'retry', cause: 'unreachable', retryAfterMs: null };
    case 'lost':
      await record('lost', { durationMs: result.durationMs });
      await markRetrying(db, attempt.id);
      await noteEndpointFailure(db, attempt.channel.id, result.code);
      return { outcome: 'retry', cause: 'lost', retryAfterMs: null };
    case 'answered':
      break;
  }

  const http = { httpStatus: result.status, durationMs: result.durationMs };
  switch (classifyAnswer(result.status, result.body)) {
    case 'sent': {
      const sentAt = new Date(deps.now());
      await markSent(
        db,
        { deliveryId: attempt.id, attempt: attempt.attempt, ...http },
        sentAt,
        gatewayMessageId(result.body),
      );
      await noteEndpointSuccess(db, attempt.channel, deps.now());
      return { outcome: 'sent', sentAtMs: sentAt.getTime() };
    }
    case 'rejected':
      await record('rejected', http);
      await fail('gateway_rejected');
      await noteEndpointSuccess(db, attempt.channel, deps.now());
      return { outcome: 'failed', reason: 'gateway_rejected', conversationGone: false };
    case 'conversation_gone':
      await record('conversation_gone', http);
      await fail('gateway_rejected', 'conversation_gone');
      await noteEndpointSuccess(db, attempt.channel, deps.now());
      return { outcome: 'failed', reason: 'gateway_rejected', conversationGone: true };
    case 'endpoint_gone':
      await record('endpoint_gone', http);
      await fail('endpoint_gone');
      await pauseChannel(db, attempt.channel.id);
      await noteEndpointFailure(db, attempt.channel.id, 'gone');
      return { outcome: 'failed', reason: 'endpoint_gone', conversationGone: false };
    case 'retry':
      await record('failed', http);
      await markRetrying(db, attempt.id);
      await noteEndpointFailure(db, attempt.channel.id, `http_${result.status}`);
      return { outcome: 'retry', cause: 'failed', retryAfterMs: result.retryAfterMs };
  }
}
