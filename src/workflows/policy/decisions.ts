import { anchorMs } from './assess';
import type { FollowupReason, FollowupStatus } from './reasons';
import type { Progress, SessionState } from './session-state';

/** What is decided about a followup. */
export type Verdict = { status: FollowupStatus; reason: FollowupReason; detail: string | null };

/** Adds a decision, with what it was based on, to those that are to be written. */
export function decide(
  state: SessionState,
  followupId: string,
  about: { anchorMs: number; dueMs: number; sendMs: number | null },
  verdict: Verdict,
  nowMs: number,
): SessionState {
  const decision = {
    sequence: state.decisionCount,
    followupId,
    atMs: nowMs,
    anchorMs: about.anchorMs,
    dueMs: about.dueMs,
    sendMs: about.sendMs,
    ...verdict,
    lastUserAtMs: state.lastUserAtMs,
    lastOperatorAtMs: state.lastOperatorAtMs,
    planRevision: state.plan.revision,
    availableUntilMs: state.hours?.open ? state.hours.untilMs : null,
  };
  return { ...state, decisionCount: state.decisionCount + 1, decisions: [...state.decisions, decision] };
}

/** Ends a followup's progress with a verdict, and notes the decision. */
export function settleWith(
  state: SessionState,
  followupId: string,
  about: { anchorMs: number; dueMs: number; plannedMs: number },
  verdict: Verdict,
  nowMs: number,
): SessionState {
  const { anchorMs, dueMs, plannedMs } = about;
  const settled: Progress = { anchorMs, dueMs, plannedMs, stage: 'settled', ...verdict, atMs: nowMs };
  const noted = decide(state, followupId, { anchorMs, dueMs, sendMs: null }, verdict, nowMs);
  return withProgress(noted, followupId, settled);
}

export const withProgress = (state: SessionState, followupId: string, progress: Progress): SessionState => ({
  ...state,
  progress: { ...state.progress, [followupId]: progress },
});

/**
 * Drops a followup that was queued or being tried. Nothing began: skipped, and it may come back in a later silence. A
 * request may have reached the user: unknown. Every attempt is known to have failed: failed.
 */
export function drop(
  state: SessionState,
  followupId: string,
  progress: Extract<Progress, { stage: 'queued' | 'trying' }>,
  because: { reason: FollowupReason; detail?: string },
  nowMs: number,
): SessionState {
  const begun = progress.stage === 'trying' && progress.attempts > 0;
  const moved = progress.anchorMs !== anchorMs(state);
  const verdict: Verdict =
    begun && progress.ambiguous
      ? { status: 'unknown', reason: 'unknown', detail: because.reason }
      : begun && !(moved && because.reason === 'not_armed')
        ? { status: 'failed', reason: 'gateway_failed', detail: because.reason }
        : { status: 'skipped', reason: because.reason, detail: because.detail ?? null };
  return settleWith(state, followupId, progress, verdict, nowMs);
}
