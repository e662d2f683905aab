import { type OpenedSession, openState, type Plan, type PlannedFollowup, type SessionState } from '../session-state';

/** Builders for the tests of the policy: a session that has just been opened, and rules for it. */
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** Monday 2 November 2026, 09:00 UTC. */
export const startMs = Date.UTC(2026, 10, 2, 9);

export function rule(id: string, delayMs: number, more: Partial<PlannedFollowup> = {}): PlannedFollowup {
  return {
    id,
    title: `Rule ${id}`,
    delayMs,
    trigger: 'no_reply',
    activeSinceMs: 0,
    delaySinceMs: 0,
    maxLatenessMs: null,
    coolUntilMs: null,
    off: null,
    ...more,
  };
}

export function plan(followups: PlannedFollowup[], more: Partial<Plan> = {}): Plan {
  return {
    revision: 1,
    channelDeleted: false,
    idleMs: 24 * hourMs,
    messagingWindowMs: null,
    outsideWindow: 'skip',
    queueRelease: 'spaced',
    maxLatenessMs: null,
    maxFollowupsPerSession: null,
    followups,
    ...more,
  };
}

export function session(
  followups: PlannedFollowup[],
  more: Partial<Plan> = {},
  opened: Partial<OpenedSession> = {},
): SessionState {
  return openState({
    sessionId: 'ses_1',
    channelId: 'ch_1',
    agentId: 'agt_1',
    conversationId: 'conversation-1',
    startedAtMs: startMs,
    floorMs: null,
    plan: plan(followups, more),
    earlierUserAtMs: null,
    unanswered: false,
    optedOut: false,
    ...opened,
  });
}
