import { applyAvailability, applySend, beginSend } from './apply';
import { assess } from './assess';
import { nextAction } from './next-action';
import type { StatusReason } from './reasons';
import type { KnownHours, SessionState } from './session-state';
import { settle } from './settle';

/** What is said of a followup in a session, as data; the sentence is made from it where time zones are known. */
export type ExplainedFollowup = {
  followupId: string;
  title: string;
  detail: string | null;
  dueAtMs: number | null;
  sendAtMs: number | null;
} & StatusReason;

/** The agent's hours at an instant, epoch milliseconds. */
export type HoursAt = (
  atMs: number,
) => { open: true; untilMs: number | null } | { open: false; opensAtMs: number | null };

/** A forecast needs a few steps for each followup; this only keeps a mistake from looping. */
const stepsPerFollowup = 12;

/**
 * What will become of every followup if nothing further happens: runs the very policy that the workflow runs, with time
 * made up, the agent's hours asked of `hoursAt`, and every send succeeding.
 *
 * @param hoursAt null where nobody can tell: then the state is told as it stands, without a look ahead
 */
export function explain(state: SessionState, nowMs: number, hoursAt: HoursAt | null): ExplainedFollowup[] {
  // That it is queued, a session says itself: at the due time it may not have come to it yet, nor written it down.
  const present = { ...settle({ ...state, hours: null }, nowMs), hours: state.hours };
  const end = hoursAt ? forecast(present, nowMs, hoursAt) : { state: present, sentAtMs: {} };
  return present.plan.followups.map((followup) => {
    const now = assess(present, followup);
    const then = assess(end.state, followup);
    const isPending = ['waiting', 'queued', 'sending'].includes(now.status);
    // A followup that will be passed over says so now; one that will be sent says what it waits for.
    const told = isPending && then.status === 'skipped' ? then : now;
    const sendAtMs = isPending && then.status === 'sent' ? (end.sentAtMs[followup.id] ?? then.sendMs) : told.sendMs;
    return {
      followupId: followup.id,
      title: followup.title,
      ...({ status: told.status, reason: told.reason } as StatusReason),
      detail: told.detail,
      dueAtMs: now.dueMs,
      sendAtMs: told.status === 'skipped' ? null : sendAtMs,
    };
  });
}

function forecast(start: SessionState, startMs: number, hoursAt: HoursAt) {
  let state = start;
  let nowMs = startMs;
  const sentAtMs: Record<string, number> = {};
  for (let step = 0; step < stepsPerFollowup * (start.plan.followups.length + 1); step++) {
    state = settle(state, nowMs);
    const action = nextAction(state, nowMs);
    switch (action.type) {
      case 'wait':
        nowMs = action.untilMs;
        break;
      case 'checkAvailability':
        state = applyAvailability(state, { ...hoursAt(nowMs), askedAtMs: nowMs } as KnownHours);
        break;
      case 'send':
        state = beginSend(state, action.followupId, nowMs);
        state = applySend(state, action.followupId, { outcome: 'sent', sentAtMs: nowMs }, nowMs, 0.5);
        sentAtMs[action.followupId] = nowMs;
        break;
      case 'recordDecisions':
        state = { ...state, decisions: [] };
        break;
      case 'recordResponse':
        state = { ...state, responseAtMs: null };
        break;
      case 'loadPlan':
        state = { ...state, announcedRevision: state.plan.revision };
        break;
      case 'close':
        return { state, sentAtMs };
    }
  }
  return { state, sentAtMs };
}
