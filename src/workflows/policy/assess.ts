import type { FollowupReason, FollowupStatus } from './reasons';
import type { PlannedFollowup, Progress, SessionState } from './session-state';

/** A window closes this long before its end, so that a send near it is not refused by the platform behind the gateway. */
export const windowMarginMs = 5 * 60_000;
/** An agent message whose due time had passed by more than this when it was received is a backlog. */
export const backlogToleranceMs = 60_000;
const minDefaultLatenessMs = 15 * 60_000;
const maxDefaultLatenessMs = 6 * 3_600_000;

/** What can be said of one followup in a session now. */
export type Assessment = {
  status: FollowupStatus;
  reason: FollowupReason;
  detail: string | null;
  dueMs: number | null;
  /** When it is planned to be sent, or was. */
  sendMs: number | null;
};

/** The question right before a send, about one silence of one session. */
export type SendQuestion = { sessionId: string; anchorMs: number; followupId: string };
export type SendAnswer = { wanted: true } | { wanted: false; reason: FollowupReason };

type Blocker = { reason: FollowupReason; detail?: string };

/** The anchor of the present silence: the last agent message, whether or not anything is armed by it. */
export const anchorMs = (state: SessionState): number | null => state.lastAgent?.atMs ?? null;

/** Armed: the last agent message is later than the last user's and the last operator's. On a tie it is not. */
export function isArmed(state: SessionState): boolean {
  const agentAtMs = anchorMs(state);
  return agentAtMs !== null && agentAtMs > (state.lastUserAtMs ?? -1) && agentAtMs > (state.lastOperatorAtMs ?? -1);
}

/** Anchor + delay. */
export function dueMs(state: SessionState, followup: PlannedFollowup): number | null {
  const anchor = anchorMs(state);
  return anchor === null ? null : anchor + followup.delayMs;
}

/**
 * The earliest time at which it may be sent: its due time, shifted with the silence's clock; a followup for the end of a
 * conversation not before that end.
 */
export function plannedMs(state: SessionState, followup: PlannedFollowup): number | null {
  const anchor = anchorMs(state);
  if (anchor === null) return null;
  const effectiveAnchorMs = state.shift?.anchorMs === anchor ? state.shift.effectiveAnchorMs : anchor;
  const overAtMs = followup.trigger === 'conversation_over' ? (state.end?.atMs ?? 0) : 0;
  return Math.max(effectiveAnchorMs + followup.delayMs, overAtMs);
}

/** How much later than planned it may still be sent: its own setting, the agent's, or the delay within 15 min to 6 h. */
export function latenessLimitMs(state: SessionState, followup: PlannedFollowup): number {
  const byDefault = Math.min(Math.max(followup.delayMs, minDefaultLatenessMs), maxDefaultLatenessMs);
  return followup.maxLatenessMs ?? state.plan.maxLatenessMs ?? byDefault;
}

/** Until when a message may be sent to this user at all; null: no limit. The margin is taken off. */
export function windowEndMs(state: SessionState): number | null {
  if (state.plan.messagingWindowMs === null) return null;
  const lastUserMs = Math.max(state.lastUserAtMs ?? -Infinity, state.earlierUserAtMs ?? -Infinity);
  return lastUserMs + state.plan.messagingWindowMs - windowMarginMs;
}

/** Settled for the whole session: an attempt was made that reached the user, or may have, or was refused. */
export const isSpent = (progress: Progress | undefined): boolean =>
  progress?.stage === 'settled' && ['sent', 'unknown', 'failed'].includes(progress.status);

/** Everything but the hours and the time that keeps a followup from being sent, in the published order of precedence. */
export function blockedBy(state: SessionState, followup: PlannedFollowup): Blocker | null {
  if (state.plan.channelDeleted) return { reason: 'channel_deleted' };
  if (state.over) return { reason: 'session_ended' };
  const forTheEnd = followup.trigger === 'conversation_over';
  if (state.end && !forTheEnd) return { reason: 'session_ended' };
  if (state.optedOut) return { reason: 'opted_out' };
  if (followup.off) return { reason: 'inactive', detail: followup.off };
  const notArmed = notArmedBecause(state);
  if (notArmed) return { reason: notArmed };
  const awaiting = state.lastAgent?.awaiting ?? 'user';
  if (forTheEnd && !state.end && awaiting !== 'nobody') return { reason: 'not_armed', detail: 'conversation_not_over' };
  if (!forTheEnd && awaiting !== 'user') return { reason: 'reply_not_expected', detail: awaiting };

  const due = dueMs(state, followup) ?? 0;
  const planned = plannedMs(state, followup) ?? 0;
  const progress = progressInSilence(state, followup);
  const queued = progress?.stage === 'queued' || progress?.stage === 'trying';
  if (due < followup.activeSinceMs || (due < followup.delaySinceMs && !queued)) return { reason: 'retroactive' };
  const receivedAtMs = state.lastAgent?.receivedAtMs;
  if (receivedAtMs != null && receivedAtMs - due > backlogToleranceMs) return { reason: 'reported_late' };
  if (sentCount(state, followup.id) >= (state.plan.maxFollowupsPerSession ?? Infinity))
    return { reason: 'session_limit' };
  const until = progress?.stage === 'queued' ? Math.max(progress.untilMs, planned) : planned;
  if (until < (followup.coolUntilMs ?? 0)) return { reason: 'cooling_down' };
  const windowEnd = windowEndMs(state);
  if (windowEnd !== null && state.plan.outsideWindow === 'skip' && until > windowEnd)
    return { reason: 'window_expired' };
  // Begun inside the window, and not through before its very end: its body says until when it may be delivered.
  const trying = progress?.stage === 'trying' ? progress : null;
  const fixed = state.plan.outsideWindow === 'skip' || (trying?.attempts ?? 0) > 0;
  if (
    windowEnd !== null &&
    trying &&
    fixed &&
    planned <= windowEnd &&
    trying.nextAttemptMs > windowEnd + windowMarginMs
  )
    return { reason: 'window_expired' };
  return null;
}

function notArmedBecause(state: SessionState): FollowupReason | null {
  if (isArmed(state)) return null;
  const agentAtMs = anchorMs(state);
  if (agentAtMs === null) return 'not_armed';
  const { lastUserAtMs, lastOperatorAtMs } = state;
  if ((lastOperatorAtMs ?? -1) > agentAtMs && (lastOperatorAtMs ?? -1) >= (lastUserAtMs ?? -1))
    return 'operator_active';
  if ((lastUserAtMs ?? -1) > agentAtMs) return 'user_replied';
  return 'not_armed';
}

const sentCount = (state: SessionState, butFor: string) =>
  Object.entries(state.progress).filter(
    ([id, p]) =>
      (p.stage === 'settled' && ['sent', 'unknown'].includes(p.status)) ||
      // It may have reached the user.
      (p.stage === 'trying' && p.ambiguous && id !== butFor),
  ).length;

/** The followup's progress, if it is of the present silence. */
export function progressInSilence(state: SessionState, followup: PlannedFollowup): Progress | undefined {
  const progress = state.progress[followup.id];
  return progress && progress.anchorMs === anchorMs(state) ? progress : undefined;
}

/**
 * Answers the question right before a send: is this followup still wanted, in this session and this silence?
 *
 * @param state with everything applied that has come in
 */
export function answerSendQuestion(state: SessionState | null, question: SendQuestion): SendAnswer {
  const followup = state?.plan.followups.find(({ id }) => id === question.followupId);
  if (!state || !followup || state.sessionId !== question.sessionId) return { wanted: false, reason: 'session_ended' };
  const blocked = blockedBy(state, followup);
  if (blocked) return { wanted: false, reason: blocked.reason };
  if (anchorMs(state) !== question.anchorMs || isSpent(state.progress[followup.id])) {
    return { wanted: false, reason: 'not_armed' };
  }
  return { wanted: true };
}

/** What can be said of a followup now, without asking anybody and without looking ahead. */
export function assess(state: SessionState, followup: PlannedFollowup): Assessment {
  const progress = state.progress[followup.id];
  const due = dueMs(state, followup);
  if (progress?.stage === 'settled' && isSpent(progress)) {
    return { ...settled(progress), dueMs: progress.dueMs, sendMs: progress.plannedMs };
  }
  const blocked = blockedBy(state, followup);
  if (blocked) {
    return { status: 'skipped', reason: blocked.reason, detail: blocked.detail ?? null, dueMs: due, sendMs: null };
  }
  const planned = plannedMs(state, followup);
  const now = progressInSilence(state, followup);
  switch (now?.stage) {
    case 'settled':
      return { ...settled(now), dueMs: due, sendMs: null };
    case 'queued':
      return { status: 'queued', reason: now.reason, detail: null, dueMs: due, sendMs: now.untilMs };
    case 'trying':
      return { status: 'sending', reason: now.reason, detail: null, dueMs: due, sendMs: now.nextAttemptMs };
    default:
      return { status: 'waiting', reason: 'waiting', detail: null, dueMs: due, sendMs: planned };
  }
}

const settled = (progress: Extract<Progress, { stage: 'settled' }>) => ({
  status: progress.status,
  reason: progress.reason,
  detail: progress.detail,
});
