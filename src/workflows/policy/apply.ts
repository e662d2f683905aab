import { anchorMs, dueMs, plannedMs, progressInSilence } from './assess';
import { retryDelayMs } from './backoff';
import { decide, drop, settleWith, withProgress } from './decisions';
import type { FollowupReason } from './reasons';
import type { KnownHours, LoadedPlan, PlannedFollowup, Progress, SessionState } from './session-state';

/** What one attempt to send came to. */
export type SendOutcome =
  | { outcome: 'sent'; sentAtMs: number }
  /** Refused for good: by the gateway as a message, because its endpoint is gone, or by the egress guard. */
  | { outcome: 'failed'; reason: 'gateway_rejected' | 'endpoint_gone' | 'endpoint_blocked'; conversationGone: boolean }
  /** A request was begun and failed (`failed`), or its answer was lost (`lost`); or none could be begun. */
  | { outcome: 'retry'; cause: 'failed' | 'lost' | 'unreachable' | 'unverified'; retryAfterMs: number | null }
  /** A request may have reached the user, and the channel says never to repeat it. */
  | { outcome: 'unknown' }
  /** The session did not want it any more when it was asked. */
  | { outcome: 'withheld' }
  /** The database holds a newer plan than the session. */
  | { outcome: 'stalePlan'; revision: number }
  /** Not now: the channel is paused, its endpoint is being probed, or (`turnAtMs`) its rate limit gave it a later turn. */
  | { outcome: 'held'; reason: 'channel_paused' | 'throttled'; retryAfterMs: number; turnAtMs: number | null }
  | { outcome: 'skipped'; reason: 'channel_deleted' | 'opted_out' | 'cooling_down' | 'session_ended' };

/** The longest pause while nothing could be begun: shorter than after a failure, since nothing was sent yet. */
const longestDeferralMs = 30_000;
/** The longest pause while a channel's endpoint is being probed. */
const longestHoldMs = 60_000;

export function announcePlan(state: SessionState, revision: number): SessionState {
  return revision > state.announcedRevision ? { ...state, announcedRevision: revision } : state;
}

/**
 * Takes over the plan that was loaded. Followups that are in it no more stay known as off; what was queued is asked
 * again at once, with the new hours.
 *
 * @param askedRevision the announced revision when loading began: one announced since then is loaded next
 */
export function applyPlan(state: SessionState, loaded: LoadedPlan, askedRevision: number, nowMs: number): SessionState {
  const { hours = null, ...plan } = loaded;
  const present = new Set(plan.followups.map(({ id }) => id));
  const gone = state.plan.followups
    .filter(({ id }) => !present.has(id))
    .map((followup): PlannedFollowup => ({ ...followup, off: followup.off ?? 'unassigned' }));
  const progress: Record<string, Progress> = {};
  for (const [id, known] of Object.entries(state.progress)) {
    progress[id] = known.stage === 'queued' ? { ...known, untilMs: nowMs } : known;
  }
  return {
    ...state,
    plan: { ...plan, followups: [...plan.followups, ...gone] },
    announcedRevision: state.announcedRevision > askedRevision ? state.announcedRevision : plan.revision,
    // It stays: without it what waits behind the queue would count as late. What opens earlier moves it: see `beginSend`.
    shift: state.shift,
    hours,
    progress,
  };
}

export function applyAvailability(state: SessionState, hours: KnownHours): SessionState {
  return { ...state, hours };
}

/** Marks a followup as being sent, before the attempt. */
export function beginSend(state: SessionState, followupId: string, nowMs: number): SessionState {
  const followup = state.plan.followups.find(({ id }) => id === followupId);
  const anchor = anchorMs(state);
  if (!followup || anchor === null) return state;
  const known = progressInSilence(state, followup);
  if (known?.stage === 'trying') return state;
  // The hours were edited, and the opening is earlier than it was: the silence's clock moves with it.
  const shift = known?.stage === 'queued' && known.reason === 'queued' && nowMs < known.plannedMs ? state.shift : null;
  const earlier = shift?.anchorMs === anchor && shift.followupId === followupId;
  const planned = earlier ? nowMs : (known?.plannedMs ?? plannedMs(state, followup) ?? nowMs);
  const released: SessionState =
    earlier && shift ? { ...state, shift: { ...shift, effectiveAnchorMs: nowMs - shift.delayMs } } : state;
  return withProgress(released, followupId, {
    anchorMs: anchor,
    dueMs: dueMs(state, followup) ?? planned,
    plannedMs: planned,
    stage: 'trying',
    reason: 'sending',
    attempts: 0,
    ambiguous: false,
    nextAttemptMs: nowMs,
    deferrals: known?.stage === 'queued' ? known.deferrals : 0,
    queuedBefore: known?.stage === 'queued',
    heldBefore: known?.stage === 'queued' && known.reason !== 'queued' ? known.reason : null,
    turnAtMs: known?.stage === 'queued' ? known.turnAtMs : null,
  });
}

/**
 * Takes over what an attempt came to.
 *
 * @param jitter 0 … 1, spreads the retries of many sessions
 */
export function applySend(
  state: SessionState,
  followupId: string,
  result: SendOutcome,
  nowMs: number,
  jitter: number,
): SessionState {
  const trying = state.progress[followupId];
  if (trying?.stage !== 'trying') return state;
  const settle = (status: 'sent' | 'failed' | 'unknown', reason: FollowupReason, detail?: string) =>
    settleWith(state, followupId, trying, { status, reason, detail: detail ?? null }, nowMs);

  switch (result.outcome) {
    case 'sent': {
      const sentAtMs = Math.max(state.lastSentAtMs ?? 0, result.sentAtMs);
      return { ...settle('sent', 'sent'), lastSentAtMs: sentAtMs, unanswered: true };
    }
    case 'unknown':
      return { ...settle('unknown', 'unknown'), unanswered: true };
    case 'failed': {
      const failed = settle('failed', result.reason, result.conversationGone ? 'conversation_gone' : undefined);
      return result.conversationGone && !failed.over
        ? { ...failed, over: { by: 'conversation_gone', atMs: nowMs } }
        : failed;
    }
    case 'skipped':
      // What was begun before is not skipped: it has failed, or nobody knows.
      return drop(state, followupId, trying, { reason: result.reason }, nowMs);
    case 'withheld':
      // Why is for `settle` to say, from the facts that made the session refuse.
      return withProgress(state, followupId, defer(trying, nowMs, jitter));
    case 'stalePlan':
      return announcePlan(askAgain(state, followupId, trying, nowMs), result.revision);
    case 'held':
      return hold(state, followupId, trying, result, nowMs, jitter);
    case 'retry':
      return withProgress(state, followupId, afterFailure(trying, result, nowMs, jitter));
  }
}

/**
 * The plan has changed before anything was begun. What only came due goes by the new plan as if it had not: its delay may
 * be longer now. What was queued keeps its place, and what was begun is gone on with.
 */
function askAgain(
  state: SessionState,
  followupId: string,
  trying: Extract<Progress, { stage: 'trying' }>,
  nowMs: number,
): SessionState {
  if (trying.queuedBefore || trying.attempts > 0 || trying.deferrals > 0) {
    return withProgress(state, followupId, { ...trying, nextAttemptMs: nowMs });
  }
  const { [followupId]: _, ...progress } = state.progress;
  return { ...state, progress };
}

/** Puts a followup back into the queue; one whose attempts have begun goes on being tried, later. */
function hold(
  state: SessionState,
  followupId: string,
  trying: Extract<Progress, { stage: 'trying' }>,
  { reason, retryAfterMs, turnAtMs }: Extract<SendOutcome, { outcome: 'held' }>,
  nowMs: number,
  jitter: number,
): SessionState {
  // A turn comes once. An endpoint in trouble may stay so for hours: it is asked about less and less often.
  const deferrals = trying.deferrals + (turnAtMs === null ? 1 : 0);
  const pauseMs = Math.max(retryAfterMs, Math.min(retryDelayMs(deferrals, jitter, null), longestHoldMs));
  const untilMs = turnAtMs ?? nowMs + pauseMs;
  const { anchorMs, dueMs, attempts } = trying;
  // Waiting for its turn is not lateness; waiting for an endpoint is, also what of it came before a turn.
  const waitMs = Math.max(0, untilMs - nowMs);
  const plannedMs = turnAtMs === null ? trying.plannedMs : trying.plannedMs + waitMs;
  if (attempts > 0) {
    return withProgress(state, followupId, { ...trying, plannedMs, nextAttemptMs: untilMs, turnAtMs, deferrals });
  }
  const about = { anchorMs, dueMs, plannedMs };
  const held = withProgress(state, followupId, {
    ...about,
    stage: 'queued',
    reason,
    untilMs,
    decidedUntilMs: untilMs,
    turnAtMs,
    deferrals,
  });
  if (trying.heldBefore === reason) return held;
  const verdict = { status: 'queued' as const, reason, detail: null };
  return decide(held, followupId, { anchorMs, dueMs, sendMs: untilMs }, verdict, nowMs);
}

/** Puts off an attempt that could not be begun, each time a little longer. */
function defer(trying: Extract<Progress, { stage: 'trying' }>, nowMs: number, jitter: number): Progress {
  const deferrals = trying.deferrals + 1;
  const pauseMs = Math.min(retryDelayMs(deferrals, jitter, null), longestDeferralMs);
  const reason = trying.attempts > 0 ? 'retrying' : 'unverified';
  return { ...trying, reason, deferrals, nextAttemptMs: nowMs + pauseMs };
}

function afterFailure(
  trying: Extract<Progress, { stage: 'trying' }>,
  { cause, retryAfterMs }: Extract<SendOutcome, { outcome: 'retry' }>,
  nowMs: number,
  jitter: number,
): Progress {
  if (cause === 'unverified') return defer(trying, nowMs, jitter);
  const attempts = trying.attempts + 1;
  return {
    ...trying,
    reason: 'retrying',
    attempts,
    deferrals: 0,
    turnAtMs: null,
    ambiguous: trying.ambiguous || cause === 'lost',
    nextAttemptMs: nowMs + retryDelayMs(attempts, jitter, retryAfterMs),
  };
}
