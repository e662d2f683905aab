import { nextAction } from './next-action';
import { parksUntilMs } from './parking';
import { openState, type PlannedFollowup, reduceAll, type SessionState } from './session-state';

const startMs = Date.parse('2026-11-02T09:00:00Z');
const minuteMs = 60_000;

const followup = (id: string, delayMs: number, more: Partial<PlannedFollowup> = {}): PlannedFollowup => ({
  ...{ id, title: id, delayMs, trigger: 'no_reply', activeSinceMs: 0, delaySinceMs: 0, maxLatenessMs: null },
  ...{ coolUntilMs: null, off: null },
  ...more,
});

/** A session in which the agent spoke at `startMs`. */
function session(followups: PlannedFollowup[], more: Partial<SessionState> = {}): SessionState {
  const opened = openState({
    ...{ sessionId: 's', channelId: 'c', agentId: 'a', conversationId: 'v', startedAtMs: startMs, floorMs: null },
    ...{ earlierUserAtMs: null, unanswered: false, optedOut: false, parkMs: 15 * minuteMs },
    plan: {
      ...{ revision: 1, channelDeleted: false, idleMs: 24 * 60 * minuteMs, messagingWindowMs: null },
      ...{ outsideWindow: 'skip', queueRelease: 'spaced', maxLatenessMs: null, maxFollowupsPerSession: null },
      followups,
    },
  });
  const said = {
    kind: 'message',
    id: 'm',
    from: 'agent',
    atMs: startMs,
    awaiting: 'user',
    receivedAtMs: null,
  } as const;
  return { ...reduceAll(opened, [said]), ...more };
}

function parks(state: SessionState, nowMs = startMs, parkedUntilMs = nowMs): number | null {
  const action = nextAction(state, nowMs);
  if (action.type !== 'wait') throw new Error(`It does not wait: ${action.type}`);
  return parksUntilMs(state, action, nowMs, parkedUntilMs);
}

test('a session parks until what it waits to send is due', () => {
  expect(parks(session([followup('a', 5 * minuteMs), followup('b', 10 * minuteMs)]))).toBe(startMs + 5 * minuteMs);
});

test('it looks at what it was told after the longest time that it parks', () => {
  expect(parks(session([followup('a', 60 * minuteMs)]))).toBe(startMs + 15 * minuteMs);
});

test('one that the next agent message would arm again is not overslept', () => {
  const passedOver = {
    ...{ anchorMs: startMs, dueMs: startMs + 2 * minuteMs, plannedMs: startMs + 2 * minuteMs },
    ...{ stage: 'settled', status: 'skipped', reason: 'stale', detail: null, atMs: startMs },
  } as const;
  const followups = [followup('soon', 2 * minuteMs), followup('later', 60 * minuteMs)];
  const nowMs = startMs + 3 * minuteMs;
  expect(parks(session(followups, { progress: { soon: passedOver as never } }), nowMs)).toBe(nowMs + 2 * minuteMs);
});

test('it is not woken for one that was sent, is switched off, or waits for the end', () => {
  const sent = {
    ...{ anchorMs: startMs, dueMs: startMs, plannedMs: startMs },
    ...{ stage: 'settled', status: 'sent', reason: 'sent', detail: null, atMs: startMs },
  } as const;
  const followups = [
    followup('sent', 2 * minuteMs),
    followup('off', 2 * minuteMs, { off: 'deactivated' }),
    followup('survey', 2 * minuteMs, { trigger: 'conversation_over' }),
    followup('later', 14 * minuteMs),
  ];
  expect(parks(session(followups, { progress: { sent: sent as never } }))).toBe(startMs + 14 * minuteMs);
});

test.each([
  ['it is not to park', session([followup('a', 5 * minuteMs)], { parkMs: undefined as never })],
  ['there is too little time', session([followup('a', 900)])],
  [
    'nothing is to be sent: the next message wakes it',
    session([followup('a', 5 * minuteMs)], { lastUserAtMs: startMs + 1 }),
  ],
])('a session does not park when %s', (_, state) => {
  expect(parks(state)).toBeNull();
});

test('a session that was woken early parks for what is due after the time that it was parked for', () => {
  const state = session([followup('a', 5 * minuteMs)]);
  expect(parks(state, startMs, startMs + 4 * minuteMs)).toBe(startMs + 5 * minuteMs);
  expect(parks(state, startMs, startMs + 5 * minuteMs)).toBeNull();
  expect(parks(state, startMs, startMs + 15 * minuteMs)).toBeNull();
});

test('a session that has nothing to send parks until a due time that is passed over', () => {
  const state = session([followup('off', 5 * minuteMs, { off: 'deactivated' })]);
  expect(parks(state)).toBe(startMs + 5 * minuteMs);
});
