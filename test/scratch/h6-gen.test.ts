import fc from 'fast-check';
import { announcePlan, applyAvailability, applyPlan, applySend, beginSend } from '../../src/workflows/policy/apply';
import {
  answerSendQuestion,
  isArmed,
  latenessLimitMs,
  plannedMs,
  windowEndMs,
  windowMarginMs,
} from '../../src/workflows/policy/assess';
import type { HoursAt } from '../../src/workflows/policy/explain';
import { nextAction } from '../../src/workflows/policy/next-action';
import { type Fact, type Plan, reduceAll, type SessionState } from '../../src/workflows/policy/session-state';
import { notePassedOver, settle } from '../../src/workflows/policy/settle';
import { hourMs, minuteMs, plan, rule, session, startMs } from '../../src/workflows/policy/testing/sessions';

const hoursFrom =
  (openH: number, closeH: number): HoursAt =>
  (atMs) => {
    if (openH === closeH) return { open: true, untilMs: null };
    const day = 24 * hourMs,
      mid = Math.floor(atMs / day) * day;
    if (atMs < mid + openH * hourMs) return { open: false, opensAtMs: mid + openH * hourMs };
    if (atMs < mid + closeH * hourMs) return { open: true, untilMs: mid + closeH * hourMs };
    return { open: false, opensAtMs: mid + day + openH * hourMs };
  };
const arb = fc.record({
  delays: fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 4 }),
  conv: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  mode: fc.constantFrom('spaced' as const, 'together' as const),
  limit: fc.constantFrom(null, 1, 2),
  window: fc.constantFrom(null, null, 24 * 60),
  outside: fc.constantFrom('skip' as const, 'send' as const),
  hours: fc.constantFrom([0, 0], [9, 17], [6, 20]),
  events: fc.array(
    fc.record({
      atMin: fc.integer({ min: 0, max: 4000 }),
      lateMin: fc.constantFrom(0, 0, 0, 1, 30),
      kind: fc.constantFrom('agent', 'agent', 'agent', 'user', 'operator', 'end', 'plan', 'hours', 'toggle', 'delay'),
      aw: fc.constantFrom('user', 'user', 'user', 'nobody', 'operator'),
      n: fc.integer({ min: 0, max: 3 }),
      v: fc.integer({ min: 1, max: 1500 }),
    }),
    { minLength: 1, maxLength: 10 },
  ),
  outcomes: fc.array(
    fc.constantFrom(
      'sent',
      'sent',
      'lost',
      'failed',
      'unreachable',
      'unverified',
      'rejected',
      'gone',
      'paused',
      'probe',
      'withheldByReply',
    ),
    { minLength: 1, maxLength: 40 },
  ),
  neverRepeat: fc.boolean(),
  windowBug: fc.constant(true),
});
type Row = { status: string; ambiguous: boolean; begun: number };
export function runCase(c: any, opt: { windowBug: boolean }) {
  let hours = hoursFrom(c.hours[0], c.hours[1]);
  let dbPlan: Plan = plan(
    c.delays.map((d: number, i: number) =>
      rule(`f${i}`, d * minuteMs, { trigger: c.conv[i] && i > 0 ? 'conversation_over' : 'no_reply' }),
    ),
    {
      queueRelease: c.mode,
      maxFollowupsPerSession: c.limit,
      messagingWindowMs: c.window === null ? null : c.window * minuteMs,
      outsideWindow: c.outside,
    },
  );
  const rows: Record<string, Row> = {};
  const requests: { id: string; atMs: number; anchor: number }[] = [];
  const decided: any[] = [];
  const inbox = [...c.events]
    .map((e: any, i: number) => ({
      ...e,
      i,
      arriveMs: startMs + (e.atMin + e.lateMin) * minuteMs,
      factMs: startMs + e.atMin * minuteMs,
    }))
    .sort((a: any, b: any) => a.arriveMs - b.arriveMs);
  inbox.unshift({ kind: 'agent', aw: 'user', i: 99, arriveMs: startMs, factMs: startMs });
  let k = 0;
  let state: SessionState = session([], {}, { plan: dbPlan });
  let now = startMs;
  let atInstant = 0,
    last = now,
    steps = 0;
  const take = () => {
    const facts: Fact[] = [];
    while (inbox[0] && inbox[0].arriveMs <= now) {
      const e = inbox.shift() as any;
      if (['agent', 'user', 'operator'].includes(e.kind))
        facts.push({
          kind: 'message',
          id: `m${e.i}`,
          from: e.kind,
          atMs: e.factMs,
          awaiting: e.aw,
          receivedAtMs: e.arriveMs,
        });
      else if (e.kind === 'end') facts.push({ kind: 'end', atMs: e.factMs, outcome: null });
      else {
        const fs = dbPlan.followups.map((f, i) => {
          if (i !== e.n % dbPlan.followups.length) return f;
          if (e.kind === 'toggle')
            return f.off ? { ...f, off: null, activeSinceMs: now } : { ...f, off: 'deactivated' as const };
          if (e.kind === 'delay') return { ...f, delayMs: e.v * minuteMs, delaySinceMs: now };
          return f;
        });
        if (e.kind === 'hours') hours = e.v % 3 === 0 ? hoursFrom(0, 0) : hoursFrom(e.v % 12, 12 + (e.v % 10));
        dbPlan = { ...dbPlan, revision: dbPlan.revision + 1, followups: fs };
        if (e.v % 2) state = announcePlan(state, dbPlan.revision);
      }
    }
    return facts;
  };
  const record = (ds: any[]) => {
    for (const d of ds) {
      decided.push(d);
      const r = rows[d.followupId];
      if (d.status === 'queued') {
        if (!r) rows[d.followupId] = { status: 'queued', ambiguous: false, begun: 0 };
        else if (['queued', 'skipped'].includes(r.status)) r.status = 'queued';
      } else if (d.status !== 'sent' && r && ['queued', 'sending'].includes(r.status)) r.status = d.status;
    }
  };
  for (; steps < 6000; steps++) {
    const facts = take();
    if (facts.length) {
      state = reduceAll(notePassedOver(state, Math.min(now, ...facts.map((f) => f.atMs))), facts);
    }
    if (steps % 5 === 0) state = JSON.parse(JSON.stringify(state));
    state = settle(state, now);
    if (now !== last) {
      last = now;
      atInstant = 0;
    }
    if (++atInstant > 80)
      throw new Error(`no progress at ${new Date(now).toISOString()}: ${JSON.stringify(nextAction(state, now))}`);
    const action = nextAction(state, now);
    switch (action.type) {
      case 'wait':
        if (!(action.untilMs > now)) throw new Error('wait in the past ' + action.untilMs);
        now = Math.min(action.untilMs, inbox[0]?.arriveMs ?? Infinity);
        if (!Number.isFinite(now)) throw new Error('wait for ever');
        break;
      case 'checkAvailability':
        state = applyAvailability(state, { ...hours(now), askedAtMs: now } as any);
        break;
      case 'loadPlan':
        state = applyPlan(state, dbPlan, state.announcedRevision, now);
        break;
      case 'recordDecisions':
        record(state.decisions);
        state = { ...state, decisions: [] };
        break;
      case 'recordResponse':
        state = { ...state, responseAtMs: null };
        break;
      case 'close':
        record(state.decisions);
        {
          for (const [id, r] of Object.entries(rows))
            if (['queued', 'sending'].includes(r.status)) throw new Error(`row ${id} left ${r.status} at close`);
          return { closed: action, requests, decided, steps, rows };
        }
      case 'send': {
        state = beginSend(state, action.followupId, now);
        const id = action.followupId;
        const p: any = state.progress[id];
        const f = state.plan.followups.find((x) => x.id === id) as any;
        const r = rows[id];
        let out: any;
        const rnd = c.outcomes[k++ % c.outcomes.length];
        const w = windowEndMs(state);
        const within = w === null || p.plannedMs <= w;
        const latest = p.plannedMs + latenessLimitMs(state, f);
        const expires = w !== null && within ? Math.min(latest, w + windowMarginMs) : latest;
        const h: any = hours(now);
        if (r && ['sent', 'unknown', 'failed'].includes(r.status))
          throw new Error(`send of a spent followup ${r.status}`);
        if (r?.ambiguous && c.neverRepeat) {
          r.status = 'unknown';
          out = { outcome: 'unknown' };
        } else if (dbPlan.revision > state.plan.revision) out = { outcome: 'stalePlan', revision: dbPlan.revision };
        else if (opt.windowBug && now > expires) out = { outcome: 'withheld' };
        else if (rnd === 'paused') out = { outcome: 'held', reason: 'channel_paused', retryAfterMs: 300_000 };
        else if (rnd === 'probe') out = { outcome: 'held', reason: 'throttled', retryAfterMs: 5_000 };
        else {
          rows[id] = r ?? { status: 'sending', ambiguous: false, begun: 0 };
          const row = rows[id] as Row;
          row.status = 'sending';
          const wanted = answerSendQuestion(state, {
            sessionId: state.sessionId,
            anchorMs: p.anchorMs,
            followupId: id,
          });
          if (!wanted.wanted) throw new Error('not wanted with nothing new: ' + (wanted as any).reason);
          if (!h.open) throw new Error('request outside hours at ' + new Date(now).toISOString());
          if (!isArmed(state)) throw new Error('not armed');
          if (rnd === 'withheldByReply') {
            inbox.unshift({ kind: 'user', i: 1000 + k, arriveMs: now, factMs: now } as any);
            out = { outcome: 'withheld' };
          } else if (rnd === 'unverified') out = { outcome: 'retry', cause: 'unverified', retryAfterMs: null };
          else if (rnd === 'unreachable') out = { outcome: 'retry', cause: 'unreachable', retryAfterMs: null };
          else {
            if (requests.some((q) => q.id === id && (q as any).sent)) throw new Error('twice');
            requests.push({ id, atMs: now, anchor: p.anchorMs });
            if (rnd === 'sent') {
              row.status = 'sent';
              (requests.at(-1) as any).sent = true;
              out = { outcome: 'sent', sentAtMs: now };
            } else if (rnd === 'lost') {
              row.ambiguous = true;
              out = { outcome: 'retry', cause: 'lost', retryAfterMs: null };
            } else if (rnd === 'failed') out = { outcome: 'retry', cause: 'failed', retryAfterMs: 2000 };
            else {
              row.status = 'failed';
              out = { outcome: 'failed', reason: 'gateway_rejected', conversationGone: rnd === 'gone' };
            }
          }
        }
        state = applySend(state, id, out, now, 0.5);
        break;
      }
    }
  }
  throw new Error(`not closed after ${steps} steps at ${new Date(now).toISOString()}`);
}
for (const windowBug of [false, true])
  test('generated, windowBug=' + windowBug, () => {
    fc.assert(
      fc.property(arb, (c) => {
        runCase(c, { windowBug });
      }),
      { numRuns: 6000, endOnFailure: false, interruptAfterTimeLimit: 60_000 },
    );
  }, 150_000);
test('spacing: within a silence in spaced mode no two go at once unless their delays are equal', () => {
  fc.assert(
    fc.property(arb, (c) => {
      const onlySent = {
        ...c,
        mode: 'spaced',
        outcomes: ['sent'],
        limit: null,
        window: null,
        events: c.events.filter((e: any) => !['toggle', 'delay', 'end'].includes(e.kind)),
        conv: [false, false, false, false],
      };
      const { requests } = runCase(onlySent, { windowBug: false });
      for (const a of requests)
        for (const b of requests)
          if (a.id < b.id && a.anchor === b.anchor) {
            const gap = Math.abs(c.delays[Number(a.id[1])] - c.delays[Number(b.id[1])]) * minuteMs;
            if (Math.abs(a.atMs - b.atMs) < gap)
              throw new Error(`burst ${a.id} ${b.id} ${Math.abs(a.atMs - b.atMs)} < ${gap}`);
          }
    }),
    { numRuns: 3000, interruptAfterTimeLimit: 40_000 },
  );
}, 100_000);
test('spacing without hours edits', () => {
  fc.assert(
    fc.property(arb, (c) => {
      const onlySent = {
        ...c,
        mode: 'spaced',
        outcomes: ['sent'],
        limit: null,
        window: null,
        events: c.events.filter((e: any) => ['agent', 'user', 'operator'].includes(e.kind)),
        conv: [false, false, false, false],
      };
      const { requests, decided } = runCase(onlySent, { windowBug: false });
      for (const d of decided) if (d.reason === 'too_late') throw new Error('dropped as too late');
      for (const a of requests)
        for (const b of requests)
          if (a.id < b.id && a.anchor === b.anchor) {
            const gap = Math.abs(c.delays[Number(a.id[1])] - c.delays[Number(b.id[1])]) * minuteMs;
            if (Math.abs(a.atMs - b.atMs) < gap)
              throw new Error(`burst ${a.id} ${b.id} ${Math.abs(a.atMs - b.atMs)} < ${gap}`);
          }
    }),
    { numRuns: 3000, interruptAfterTimeLimit: 40_000 },
  );
}, 100_000);
