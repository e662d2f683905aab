import { assess, isSpent } from './assess';
import type { Action } from './next-action';
import type { SessionState } from './session-state';
import { nextPassedOverMs } from './settle';

/**
 * Temporal continues a run as new a second after it began at the earliest. One that was woken before its time counts as
 * begun at that time: parked again, it would sleep until then, whatever it asks for.
 */
const shortestParkMs = 1_000;

/**
 * Until when a session that parks needs no look at what it is told; null: it waits as others do.
 *
 * Only a session that has something to send, or to note as passed over, parks: one that waits for nothing but its end is
 * woken by the next message, and costs nothing until then. No message makes a followup due before this time: those that
 * are pending only move to later, and one that is not needs its whole delay again. Those for the end of a conversation do
 * not count: the end wakes the session.
 *
 * @param parkedUntilMs until when its run was parked: later than `nowMs` when something woke it before
 */
export function parksUntilMs(
  state: SessionState,
  action: Extract<Action, { type: 'wait' }>,
  nowMs: number,
  parkedUntilMs: number,
): number | null {
  if (state.parkMs === undefined) return null;
  const neededMs = action.waitsFor === 'send' ? action.untilMs : nextPassedOverMs(state);
  if (neededMs === null) return null;
  const mayArmMs = state.plan.followups
    .filter((followup) => {
      const isPending = ['waiting', 'queued', 'sending'].includes(assess(state, followup).status);
      return (
        !isPending && followup.trigger === 'no_reply' && followup.off === null && !isSpent(state.progress[followup.id])
      );
    })
    .map(({ delayMs }) => nowMs + delayMs);
  const untilMs = Math.min(action.untilMs, neededMs, nowMs + state.parkMs, ...mayArmMs);
  return untilMs - Math.max(nowMs, parkedUntilMs) < shortestParkMs ? null : untilMs;
}
