import { anchorMs, dueMs, plannedMs, progressInSilence } from './assess';
import { retryDelayMs } from './backoff';
import { decide, settleWith, withProgress } from './decisions';
import type { FollowupReason } from './reasons';
import type { KnownHours, Plan, PlannedFollowup, Progress, SessionState } from './session-state';

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

/** Pauses while the session could not be asked; short, since nothing was sent yet. */
const unverifiedPauseMs = 1_000;

export function announcePlan(state: SessionState, revision: number): SessionState {
  return revision > state.announcedRevision ? { ...state, announcedRevision: revision } : state;
}

/**
 * Takes over the plan that was loaded. Followups that are in it no more stay known as off; what was queued is asked
 * again at once, with the new hours.
 *
 * @param askedRevision the announced revision when loading began: one announced since then is loaded next
 */
export function applyPlan(state: SessionState, plan: Plan, askedRevision: number, nowMs: number): SessionState {
  const present = new Set(plan.followups.map(({ id }) => id));
  const gone = state.plan.followups
    .filter(({ id }) => !present.has(id))
    .map((followup): PlannedFollowup => ({ ...followup, off: followup.off ?? 'unassigned' }));
  const cause = state.shift ? state.progress[state.shift.followupId] : undefined;
  const progress: Record<string, Progress> = {};
  for (const [id, known] of Object.entries(state.progress)) {
    progress[id] = known.stage === 'queued' ? { ...known, untilMs: nowMs } : known;
  }
  return {
    ...state,
    plan: { ...plan, followups: [...plan.followups, ...gone] },
    announcedRevision: state.announcedRevision > askedRevision ? state.announcedRevision : plan.revision,
    // The shift is made again with the new hours, unless its queue was released already: then it must stay.
    shift: cause?.stage === 'queued' && cause.anchorMs === anchorMs(state) ? null : state.shift,
    hours: null,
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
  const planned = known?.plannedMs ?? plannedMs(state, followup) ?? nowMs;
  return withProgress(state, followupId, {
    anchorMs: anchor,
    dueMs: dueMs(state, followup) ?? planned,
    plannedMs: planned,
    stage: 'trying',
    reason: 'sending',
    attempts: 0,
    ambiguous: false,
    nextAttemptMs: nowMs,
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
  const settle = (status: 'sent' | 'failed' | 'unknown' | 'skipped', reason: FollowupReason, detail?: string) =>
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
      return settle('skipped', result.reason);
    case 'withheld':
      // Why is for `settle` to say, from the facts that made the session refuse.
      return withProgress(state, followupId, { ...trying, nextAttemptMs: nowMs + unverifiedPauseMs });
    case 'stalePlan':
      return announcePlan(withProgress(state, followupId, { ...trying, nextAttemptMs: nowMs }), result.revision);
    case 'held':
      return hold(state, followupId, trying, result, nowMs);
    case 'retry':
      return withProgress(state, followupId, afterFailure(trying, result, nowMs, jitter));
  }
}

/** Puts a followup back into the queue; one whose attempts have begun goes on being tried, later. */
function hold(
  state: SessionState,
  followupId: string,
  trying: Extract<Progress, { stage: 'trying' }>,
  { reason, retryAfterMs, turnAtMs }: Extract<SendOutcome, { outcome: 'held' }>,
  nowMs: number,
): SessionState {
  const untilMs = turnAtMs ?? nowMs + retryAfterMs;
  const { anchorMs, dueMs, attempts } = trying;
  // Waiting for its turn is not lateness; waiting for an endpoint is.
  const plannedMs = turnAtMs === null ? trying.plannedMs : Math.max(trying.plannedMs, untilMs);
  if (attempts > 0) return withProgress(state, followupId, { ...trying, plannedMs, nextAttemptMs: untilMs, turnAtMs });
  const about = { anchorMs, dueMs, plannedMs };
  const held = withProgress(state, followupId, {
    ...about,
    stage: 'queued',
    reason,
    untilMs,
    decidedUntilMs: untilMs,
    turnAtMs,
  });
  if (trying.heldBefore === reason) return held;
  const verdict = { status: 'queued' as const, reason, detail: null };
  return decide(held, followupId, { anchorMs, dueMs, sendMs: untilMs }, verdict, nowMs);
}

function afterFailure(
  trying: Extract<Progress, { stage: 'trying' }>,
  { cause, retryAfterMs }: Extract<SendOutcome, { outcome: 'retry' }>,
  nowMs: number,
  jitter: number,
): Progress {
  if (cause === 'unverified') {
    const reason = trying.attempts > 0 ? 'retrying' : 'unverified';
    return { ...trying, reason, nextAttemptMs: nowMs + (retryAfterMs ?? unverifiedPauseMs) };
  }
  const attempts = trying.attempts + 1;
  return {
    ...trying,
    reason: 'retrying',
    attempts,
    turnAtMs: null,
    ambiguous: trying.ambiguous || cause === 'lost',
    nextAttemptMs: nowMs + retryDelayMs(attempts, jitter, retryAfterMs),
  };
}
