import {
  anchorMs,
  assess,
  blockedBy,
  dueMs,
  isSpent,
  latenessLimitMs,
  plannedMs,
  progressInSilence,
  windowEndMs,
  windowMarginMs,
} from './assess';
import { decide, drop, settleWith, withProgress } from './decisions';
import type { FollowupReason } from './reasons';
import type { PlannedFollowup, Progress, SessionState } from './session-state';

/** For how long the answer "no opening within 366 days" is believed before it is asked again. */
const neverAvailableForMs = 86_400_000;

/**
 * Reasons that are worth a decision of their own when a due time comes. The others say that there is no silence to
 * decide about.
 */
const decidedAtDue: readonly FollowupReason[] = [
  'inactive',
  'reply_not_expected',
  'retroactive',
  'reported_late',
  'session_limit',
  'cooling_down',
  'window_expired',
  'opted_out',
];

/**
 * Draws the conclusions that need nobody's answer: drops what must not be sent any more, notes due times that were
 * passed over, and queues what is due while the agent is known to be away.
 */
export function settle(state: SessionState, nowMs: number): SessionState {
  let next = notePassedOver(dropAll(state, nowMs), nowMs);
  if (hoursAt(next, nowMs) !== 'closed') return next;
  // One after the other: each queue moves the times of those that are not queued yet.
  for (let left = state.plan.followups.length; left > 0; left--) {
    const [first] = readyFollowups(next, nowMs);
    if (!first) break;
    next = queue(next, first, nowMs);
  }
  // What is queued for an opening that comes too late for it is not left behind as queued.
  return dropAll(next, nowMs);
}

/** Notes the followups whose due time has come at `atMs` while something kept them from being sent. */
export function notePassedOver(state: SessionState, atMs: number): SessionState {
  let next = state;
  for (const followup of state.plan.followups) {
    const passed = passedOver(next, followup);
    if (!passed || passed.plannedMs > atMs) continue;
    const { blocked, ...about } = passed;
    const verdict = { status: 'skipped' as const, reason: blocked.reason, detail: blocked.detail ?? null };
    next = settleWith(next, followup.id, about, verdict, atMs);
  }
  return next;
}

/** When the next due time comes that would be noted as passed over, as things are; null: there is none. */
export function nextPassedOverMs(state: SessionState): number | null {
  const timesMs = state.plan.followups.flatMap((followup) => passedOver(state, followup)?.plannedMs ?? []);
  return timesMs.length === 0 ? null : Math.min(...timesMs);
}

/** What keeps a followup from being sent in this silence and is worth a decision, with its times; null: nothing does. */
function passedOver(state: SessionState, followup: PlannedFollowup) {
  const planned = plannedMs(state, followup);
  const anchor = anchorMs(state);
  if (planned === null || anchor === null) return null;
  if (isSpent(state.progress[followup.id]) || progressInSilence(state, followup)) return null;
  const blocked = blockedBy(state, followup);
  if (!blocked || !decidedAtDue.includes(blocked.reason)) return null;
  return { anchorMs: anchor, dueMs: dueMs(state, followup) ?? planned, plannedMs: planned, blocked };
}

const dropAll = (state: SessionState, nowMs: number): SessionState =>
  state.plan.followups.reduce((next, followup) => dropOrExpire(next, followup, nowMs), state);

function dropOrExpire(state: SessionState, followup: PlannedFollowup, nowMs: number): SessionState {
  const progress = state.progress[followup.id];
  const anchor = anchorMs(state);
  if (isSpent(progress) || anchor === null) return state;
  const pending = progress?.stage === 'queued' || progress?.stage === 'trying' ? progress : null;

  if (pending && pending.anchorMs !== anchor) {
    const replied = (state.lastUserAtMs ?? -1) > pending.anchorMs;
    const because = replied
      ? { reason: 'user_replied' as const }
      : { reason: 'not_armed' as const, detail: 'newer_agent_message' };
    return drop(state, followup.id, pending, because, nowMs);
  }
  const blocked = blockedBy(state, followup);
  if (blocked) return pending ? drop(state, followup.id, pending, blocked, nowMs) : state;

  const planned = pending?.plannedMs ?? plannedMs(state, followup) ?? anchor;
  if (progress?.stage === 'settled' && progress.anchorMs === anchor) return state;
  const reason = expiredBecause(state, followup, pending, planned, nowMs);
  if (!reason) return state;
  if (pending) return drop(state, followup.id, pending, { reason }, nowMs);
  const about = { anchorMs: anchor, dueMs: dueMs(state, followup) ?? planned, plannedMs: planned };
  return settleWith(state, followup.id, about, { status: 'skipped', reason, detail: null }, nowMs);
}

/** Why it is too late for a followup that is not blocked otherwise; null: it is not. */
function expiredBecause(
  state: SessionState,
  followup: PlannedFollowup,
  pending: Progress | null,
  planned: number,
  nowMs: number,
): 'window_expired' | 'too_late' | null {
  const windowEnd = windowEndMs(state);
  // Outside the window a gateway may use a template, where the channel says so; but not for a message that was begun as
  // one for inside.
  const begun = pending?.stage === 'trying' && pending.attempts > 0;
  const mustBeInside = state.plan.outsideWindow === 'skip' || begun;
  if (windowEnd !== null && mustBeInside && planned <= windowEnd && nowMs > windowEnd + windowMarginMs) {
    return 'window_expired';
  }
  return nowMs - planned > latenessLimitMs(state, followup) ? 'too_late' : null;
}

/** Followups whose turn has come, in the order in which they are sent: by planned time, then by creation. */
export function readyFollowups(state: SessionState, nowMs: number): PlannedFollowup[] {
  return state.plan.followups
    .map((followup) => ({ followup, at: assess(state, followup) }))
    .filter(({ at }) => ['waiting', 'queued', 'sending'].includes(at.status) && (at.sendMs ?? Infinity) <= nowMs)
    .sort((a, b) => orderMs(state, a.followup) - orderMs(state, b.followup))
    .map(({ followup }) => followup);
}

/** Due order also where several were queued for the same opening. */
const orderMs = (state: SessionState, followup: PlannedFollowup) => dueMs(state, followup) ?? 0;

/** What is known of the agent's hours at `nowMs`, from the last answer. */
export function hoursAt(state: SessionState, nowMs: number): 'open' | 'closed' | 'unknown' {
  const hours = state.hours;
  if (!hours || nowMs < hours.askedAtMs) return 'unknown';
  if (hours.open) return hours.untilMs === null || nowMs < hours.untilMs ? 'open' : 'unknown';
  return nowMs < (hours.opensAtMs ?? hours.askedAtMs + neverAvailableForMs) ? 'closed' : 'unknown';
}

/** Holds a followup until the agent's next opening, or skips it where there is none. */
function queue(state: SessionState, followup: PlannedFollowup, nowMs: number): SessionState {
  const anchor = anchorMs(state);
  const hours = state.hours;
  if (anchor === null || !hours || hours.open) return state;
  const pending = progressInSilence(state, followup);
  const planned = pending?.plannedMs ?? plannedMs(state, followup) ?? nowMs;
  const about = { anchorMs: anchor, dueMs: dueMs(state, followup) ?? planned, plannedMs: planned };
  if (hours.opensAtMs === null) {
    if (pending?.stage === 'trying') return drop(state, followup.id, pending, { reason: 'never_available' }, nowMs);
    return settleWith(state, followup.id, about, { status: 'skipped', reason: 'never_available', detail: null }, nowMs);
  }
  const untilMs = hours.opensAtMs;
  // A started send goes on at the opening; waiting for hours is not lateness.
  if (pending?.stage === 'trying' && pending.attempts > 0) {
    return withProgress(state, followup.id, {
      ...pending,
      plannedMs: planned + untilMs - nowMs,
      nextAttemptMs: untilMs,
    });
  }
  const shifted = state.plan.queueRelease === 'spaced' ? { ...state, shift: shiftTo(state, followup, untilMs) } : state;
  // Held before, by a paused channel or an endpoint in trouble: what it was late by then stays.
  const lateMs = pending?.stage === 'queued' && pending.reason === 'queued' ? 0 : Math.max(0, nowMs - planned);
  const queued = withProgress(shifted, followup.id, {
    ...about,
    plannedMs: pending ? untilMs - lateMs : untilMs,
    stage: 'queued',
    reason: 'queued',
    untilMs,
    decidedUntilMs: untilMs,
    turnAtMs: null,
    deferrals: 0,
  });
  if (pending?.stage === 'queued' && pending.reason === 'queued' && pending.decidedUntilMs === untilMs) return queued;
  const verdict = { status: 'queued' as const, reason: 'queued' as const, detail: null };
  return decide(queued, followup.id, { ...about, sendMs: untilMs }, verdict, nowMs);
}

/**
 * The clock of the silence when `followup` is queued until `untilMs`. Queued again for another opening, it keeps the
 * delay that it had: its edit must not move the others. No other one moves the clock back.
 */
function shiftTo(state: SessionState, followup: PlannedFollowup, untilMs: number): SessionState['shift'] {
  const anchor = anchorMs(state);
  if (anchor === null) return state.shift;
  const present = state.shift?.anchorMs === anchor ? state.shift : null;
  if (present?.followupId === followup.id) return { ...present, effectiveAnchorMs: untilMs - present.delayMs };
  const { id, delayMs } = followup;
  const effectiveAnchorMs = Math.max(untilMs - delayMs, present?.effectiveAnchorMs ?? -Infinity);
  return { anchorMs: anchor, effectiveAnchorMs, followupId: id, delayMs: untilMs - effectiveAnchorMs };
}
