import { announcePlan, applyAvailability, applyPlan, applySend, beginSend } from '../../src/workflows/policy/apply';
import { latenessLimitMs, windowEndMs, windowMarginMs } from '../../src/workflows/policy/assess';
import { explain, type HoursAt } from '../../src/workflows/policy/explain';
import { nextAction } from '../../src/workflows/policy/next-action';
import { type Fact, reduceAll, type SessionState } from '../../src/workflows/policy/session-state';
import { settle } from '../../src/workflows/policy/settle';
import { hourMs, minuteMs, plan, rule, session, startMs } from '../../src/workflows/policy/testing/sessions';
import { simulate } from '../../src/workflows/policy/testing/simulate';

const msg = (from: any, atMs: number, more: any = {}): Fact => ({
  kind: 'message',
  id: `${from}-${atMs}`,
  from,
  atMs,
  awaiting: 'user',
  receivedAtMs: null,
  ...more,
});
const nineToFive: HoursAt = (atMs) => {
  const dayMs = 24 * hourMs;
  const midnight = Math.floor(atMs / dayMs) * dayMs;
  if (atMs < midnight + 9 * hourMs) return { open: false, opensAtMs: midnight + 9 * hourMs };
  if (atMs < midnight + 17 * hourMs) return { open: true, untilMs: midnight + 17 * hourMs };
  return { open: false, opensAtMs: midnight + dayMs + 9 * hourMs };
};
const show = (ms: number) => new Date(ms).toISOString();

test('E1 plan change overnight', () => {
  const a = rule('a', 30 * minuteMs),
    b = rule('b', 40 * minuteMs);
  const agentAt = startMs + 7.9 * hourMs; // 16:54
  const first = simulate(session([a, b]), [{ atMs: agentAt, fact: msg('agent', agentAt) }], {
    fromMs: startMs,
    untilMs: startMs + 9 * hourMs,
    hoursAt: nineToFive,
  });
  const at = startMs + 12 * hourMs; // 21:00
  console.log(
    'before',
    explain(first.state, at, nineToFive).map((f) => [f.followupId, f.status, f.reason, f.sendAtMs && show(f.sendAtMs)]),
  );
  const changed = applyPlan(announcePlan(first.state, 2), plan([a, b], { revision: 2 }), 2, at);
  console.log(
    'after an unrelated plan revision',
    explain(changed, at, nineToFive).map((f) => [f.followupId, f.status, f.reason, f.sendAtMs && show(f.sendAtMs)]),
  );
  const rest = simulate(changed, [], { fromMs: at, untilMs: startMs + 30 * hourMs, hoursAt: nineToFive });
  console.log(
    'sent',
    rest.sent.map((s) => [s.followupId, show(s.atMs)]),
    rest.decisions.map((d) => [d.followupId, d.status, d.reason]),
  );
  // burst: hours extended 18:00
  const at2 = startMs + 8.7 * hourMs;
  const changed2 = applyPlan(announcePlan(first.state, 2), plan([a, b], { revision: 2 }), 2, at2);
  const rest2 = simulate(changed2, [], { fromMs: at2, untilMs: startMs + 30 * hourMs });
  console.log(
    'hours opened at',
    show(at2),
    'sent',
    rest2.sent.map((s) => [s.followupId, show(s.atMs)]),
  );
});

function withActivity(
  state0: SessionState,
  fromMs: number,
  untilMs: number,
  answer: (s: SessionState, id: string, now: number) => any,
) {
  let state = state0,
    now = fromMs,
    sends = 0;
  const log: string[] = [];
  for (let i = 0; i < 200000 && now <= untilMs; i++) {
    state = settle(state, now);
    const action = nextAction(state, now);
    if (action.type === 'wait') now = action.untilMs;
    else if (action.type === 'checkAvailability')
      state = applyAvailability(state, { open: true, untilMs: null, askedAtMs: now });
    else if (action.type === 'recordDecisions') {
      log.push(...state.decisions.map((d) => `${show(d.atMs)} ${d.followupId} ${d.status} ${d.reason} ${d.detail}`));
      state = { ...state, decisions: [] };
    } else if (action.type === 'send') {
      sends++;
      state = beginSend(state, action.followupId, now);
      state = applySend(state, action.followupId, answer(state, action.followupId, now), now, 0.5);
    } else if (action.type === 'recordResponse') state = { ...state, responseAtMs: null };
    else break;
  }
  return { state, sends, log };
}

for (const outsideWindow of ['skip', 'send'] as const)
  test('E2 window withheld loop ' + outsideWindow, () => {
    const a = rule('a', 23.8 * hourMs);
    const s0 = reduceAll(session([a], { messagingWindowMs: 24 * hourMs, outsideWindow }), [
      msg('user', startMs),
      msg('agent', startMs + 1000),
    ]);
    // a worker outage of 20 minutes: planned 08:48:01, window ends 08:55 (-5), worker is back at 09:01
    const back = startMs + 24 * hourMs + minuteMs;
    const r = withActivity(s0, back, back + 8 * hourMs, (s, id, now) => {
      const p: any = s.progress[id];
      const w = windowEndMs(s);
      const within = w === null || p.plannedMs <= w;
      const latest = p.plannedMs + latenessLimitMs(s, a as any);
      const expires = w !== null && within ? Math.min(latest, w + windowMarginMs) : latest;
      return now > expires ? { outcome: 'withheld' } : { outcome: 'sent', sentAtMs: now };
    });
    console.log(outsideWindow, 'send activities', r.sends, r.log);
  });

test('E3 late end after a followup was sent', () => {
  const a = rule('a', 5 * minuteMs);
  const t = startMs;
  const r1 = simulate(
    session([a]),
    [
      { atMs: t, fact: msg('agent', t) },
      { atMs: t + 15_000, fact: msg('agent', t + 15_000) },
      { atMs: t + 6 * minuteMs, fact: { kind: 'end', atMs: t + 10_000, outcome: null } },
    ],
    { fromMs: t, untilMs: t + hourMs },
  );
  console.log(
    'S1 sent',
    r1.sent.map((s) => [s.followupId, show(s.atMs)]),
    r1.closed,
    r1.state.later,
  );
  const s2 = reduceAll(
    session([a], {}, { sessionId: 'ses_2', floorMs: t + 10_000, startedAtMs: t + 15_000 }),
    r1.state.later,
  );
  const r2 = simulate(s2, [], { fromMs: t + 6 * minuteMs, untilMs: t + hourMs });
  console.log(
    'S2 sent',
    r2.sent.map((s) => [s.followupId, show(s.atMs)]),
  );
});

test('E12 session limit with an ambiguous attempt', () => {
  const a = rule('a', 5 * minuteMs),
    b = rule('b', 10 * minuteMs);
  const requests: string[] = [];
  const r = simulate(session([a, b], { maxFollowupsPerSession: 1 }), [{ atMs: startMs, fact: msg('agent', startMs) }], {
    fromMs: startMs,
    untilMs: startMs + 2 * hourMs,
    send: (id, atMs) => {
      requests.push(id);
      return id === 'a' ? { outcome: 'retry', cause: 'lost', retryAfterMs: null } : { outcome: 'sent', sentAtMs: atMs };
    },
  });
  console.log(
    'requests',
    requests.join(''),
    r.decisions.map((d) => [d.followupId, d.status, d.reason, d.detail]),
  );
});
