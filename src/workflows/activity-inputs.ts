import { workflowInfo } from '@temporalio/workflow';
import type { CloseSessionInput, OpenSessionInput, SendFollowupInput } from '../activities/ports';
import { latenessLimitMs, windowEndMs, windowMarginMs } from './policy/assess';
import { explain } from './policy/explain';
import type { Action } from './policy/next-action';
import { endSilence, type Fact, type SessionState } from './policy/session-state';

/** @returns null when none of the facts is a message, and so nothing is there to open a session for */
export function openInput(
  { channelId, conversationId }: { channelId: string; conversationId: string },
  facts: Fact[],
  carriedFloorMs: number | null,
): OpenSessionInput | null {
  const times = facts.filter((fact) => fact.kind === 'message').map(({ atMs }) => atMs);
  if (times.length === 0) return null;
  return {
    firstRunId: workflowInfo().firstExecutionRunId,
    channelId,
    conversationId,
    firstMessageAtMs: times.reduce((a, b) => Math.min(a, b)),
    lastMessageAtMs: times.reduce((a, b) => Math.max(a, b)),
    carriedFloorMs,
  };
}

/** @returns null when the followup is not being tried */
export function sendInput(state: SessionState, followupId: string): SendFollowupInput | null {
  const progress = state.progress[followupId];
  const followup = state.plan.followups.find(({ id }) => id === followupId);
  if (progress?.stage !== 'trying' || !followup) return null;
  const windowEnd = windowEndMs(state);
  const withinWindow =
    windowEnd === null || (progress.plannedMs <= windowEnd && progress.nextAttemptMs <= windowEnd + windowMarginMs);
  const latestMs = progress.plannedMs + latenessLimitMs(state, followup);
  return {
    sessionId: state.sessionId,
    followupId,
    anchorMs: progress.anchorMs,
    dueMs: progress.dueMs,
    plannedMs: Math.max(progress.plannedMs, progress.turnAtMs ?? 0),
    planRevision: state.plan.revision,
    expiresAtMs: windowEnd !== null && withinWindow ? Math.min(latestMs, windowEnd + windowMarginMs) : latestMs,
    withinWindow,
    lastUserAtMs: state.lastUserAtMs,
    lastOperatorAtMs: state.lastOperatorAtMs,
    availableUntilMs: state.hours?.open ? state.hours.untilMs : null,
    turnAtMs: progress.turnAtMs,
  };
}

export function closeInput(
  state: SessionState,
  { endedBy, endedAtMs }: Extract<Action, { type: 'close' }>,
  setAside: number,
  nowMs: number,
): CloseSessionInput {
  return {
    sessionId: state.sessionId,
    endedBy,
    endedAtMs,
    outcome: state.end?.outcome ?? null,
    lastAgentAtMs: state.lastAgent?.atMs ?? null,
    lastUserAtMs: state.lastUserAtMs,
    lastOperatorAtMs: state.lastOperatorAtMs,
    awaiting: state.lastAgent?.awaiting ?? null,
    planRevision: state.plan.revision,
    setAside,
    followups: explain(state, nowMs, null),
    decisions: state.decisions,
    silences: endSilence(state, endedAtMs, endedBy === 'gateway' ? 'end' : 'idle').silences,
  };
}
