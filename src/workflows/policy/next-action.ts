import { assess } from './assess';
import type { EndedBy, SessionState } from './session-state';
import { lastActivityMs } from './session-state';
import { hoursAt, readyFollowups } from './settle';

/** What a session does next. */
export type Action =
  | { type: 'loadPlan' }
  | { type: 'recordResponse'; atMs: number }
  | { type: 'recordDecisions' }
  | { type: 'checkAvailability' }
  | { type: 'send'; followupId: string }
  | { type: 'close'; endedBy: EndedBy; endedAtMs: number }
  | { type: 'wait'; untilMs: number; waitsFor: 'send' | 'idleEnd' };

/**
 * How long an idle session is kept for messages that were sent before its end and are still under way: once it is
 * closed they would be late, and ignored. At most the idle time itself.
 */
const idleGraceMs = 5_000;

/**
 * Decides what a settled session does now. Pure: the workflow carries it out, and the forecast runs the same function
 * with time that it makes up.
 *
 * @param state as `settle` left it for the same `nowMs`
 */
export function nextAction(state: SessionState, nowMs: number): Action {
  if (state.announcedRevision > state.plan.revision) return { type: 'loadPlan' };
  if (state.responseAtMs !== null) return { type: 'recordResponse', atMs: state.responseAtMs };
  if (state.over) return { type: 'close', endedBy: state.over.by, endedAtMs: state.over.atMs };
  if (state.plan.channelDeleted) return { type: 'close', endedBy: 'channel_deleted', endedAtMs: nowMs };

  const pending = state.plan.followups
    .map((followup) => assess(state, followup))
    .filter(({ status }) => ['waiting', 'queued', 'sending'].includes(status));
  if (pending.length === 0) {
    if (state.end) return { type: 'close', endedBy: 'gateway', endedAtMs: state.end.atMs };
    const idleEndMs = lastActivityMs(state) + state.plan.idleMs;
    const closeMs = idleEndMs + Math.min(idleGraceMs, state.plan.idleMs);
    if (nowMs >= closeMs) return { type: 'close', endedBy: 'idle', endedAtMs: idleEndMs };
    return mustRecord(state) ? { type: 'recordDecisions' } : { type: 'wait', untilMs: closeMs, waitsFor: 'idleEnd' };
  }
  if (mustRecord(state)) return { type: 'recordDecisions' };

  const [first] = readyFollowups(state, nowMs);
  if (!first)
    return { type: 'wait', untilMs: Math.min(...pending.map(({ sendMs }) => sendMs ?? Infinity)), waitsFor: 'send' };
  // A settled state has nothing ready while the agent is known to be away.
  if (hoursAt(state, nowMs) !== 'open') return { type: 'checkAvailability' };
  return { type: 'send', followupId: first.id };
}

/**
 * The database learns of each decision before the next step. Of a followup that was sent it knows from the send itself:
 * that decision is written with the next one, or at the end.
 */
const mustRecord = (state: SessionState) => state.decisions.some(({ status }) => status !== 'sent');
