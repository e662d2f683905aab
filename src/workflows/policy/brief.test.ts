import { briefOpened, briefPlan, briefState, wholeOpened, wholePlan, wholeState } from './brief';
import { reduceAll } from './session-state';
import { plan, rule, session, startMs } from './testing/sessions';

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));

it('leaves out what is as in most sessions', () => {
  expect(briefState(session([rule('flw_1', 60_000)]))).toEqual({
    sessionId: 'ses_1',
    channelId: 'ch_1',
    agentId: 'agt_1',
    conversationId: 'conversation-1',
    startedAtMs: startMs,
    announcedRevision: 1,
    plan: {
      revision: 1,
      idleMs: 86_400_000,
      followups: [{ id: 'flw_1', title: 'Rule flw_1', delayMs: 60_000, activeSinceMs: 0, delaySinceMs: 0 }],
    },
  });
});

const unusual = session(
  [
    rule('flw_1', 60_000, { trigger: 'conversation_over', maxLatenessMs: 0, coolUntilMs: startMs, off: 'deleted' }),
    rule('flw_2', 60_000),
  ],
  {
    channelDeleted: true,
    messagingWindowMs: 1,
    outsideWindow: 'send',
    queueRelease: 'together',
    maxLatenessMs: 0,
    maxFollowupsPerSession: 0,
  },
  { floorMs: 0, earlierUserAtMs: 0, unanswered: true, optedOut: true, parkMs: 900_000 },
);
const message = { kind: 'message', awaiting: 'user', receivedAtMs: null } as const;
const spoken = reduceAll(unusual, [
  { ...message, id: 'm1', from: 'agent', atMs: startMs + 1 },
  { ...message, id: 'm2', from: 'user', atMs: startMs + 61_001 },
]);

it.each([
  ['a fresh session', session([])],
  ['one with nothing as usual', unusual],
  ['one in which something was said', spoken],
])('gives back the whole of %s', (_, state) => {
  expect(wholeState(throughJson(briefState(state)))).toEqual(state);
});

it('gives back plans and opened sessions, and reads what was written in full before', () => {
  const loaded = { ...plan([rule('flw_1', 60_000)]), hours: { open: true, askedAtMs: 1, untilMs: null } as const };
  expect(wholePlan(throughJson(briefPlan(loaded)))).toEqual(loaded);
  expect(wholePlan(throughJson(loaded))).toEqual(loaded);
  const { plan: _, ...known } = session([]);
  const opened = {
    ...{ sessionId: known.sessionId, channelId: known.channelId, agentId: known.agentId, startedAtMs: startMs },
    ...{ conversationId: known.conversationId, floorMs: null, earlierUserAtMs: 7, unanswered: false, optedOut: true },
    plan: loaded,
  };
  expect(wholeOpened(throughJson(briefOpened(opened)))).toEqual(opened);
  expect(wholeState(throughJson(spoken))).toEqual(spoken);
});
