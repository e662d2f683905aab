import { assess, isSpent } from './assess';
import type { Action } from './next-action';
import type { SessionState } from './session-state';

/** What is told to a parked session is looked at after this long at the latest. */
export const longestParkMs = 15 * 60_000;

/** Temporal continues a run as new a second after it began at the earliest. */
export const shortestParkMs = 1_000;

/**
 * Until when a session that parks needs no look at what it is told; null: it waits as others do.
 *
 * Only a session that has something to send parks: one that waits for nothing but its end is woken by the next message,
 * and costs nothing until then. No message makes a followup due before this time: those that are pending only move to
 * later, and one that is not needs its whole delay again.
 */
export function parksUntilMs(
  state: SessionState,
  action: Extract<Action, { type: 'wait' }>,
  nowMs: number,
): number | null {
  if (!state.parks || action.waitsFor !== 'send') return null;
  const mayArmMs = state.plan.followups
    .filter((followup) => {
      const isPending = ['waiting', 'queued', 'sending'].includes(assess(state, followup).status);
      return !isPending && followup.off === null && !isSpent(state.progress[followup.id]);
    })
    .map(({ delayMs }) => nowMs + delayMs);
  const untilMs = Math.min(action.untilMs, nowMs + longestParkMs, ...mayArmMs);
  return untilMs - nowMs < shortestParkMs ? null : untilMs;
}
