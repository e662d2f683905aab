import fc from 'fast-check';
import { announcePlan, applyAvailability, applyPlan, applySend, beginSend, type SendOutcome } from './apply';
import { answerSendQuestion, isArmed, latenessLimitMs, windowEndMs, windowMarginMs } from './assess';
import { briefState, wholeState } from './brief';
import type { HoursAt } from './explain';
import { nextAction } from './next-action';
import {
  type Fact,
  type KnownHours,
  type PendingDecision,
  type Plan,
  reduceAll,
  type SessionState,
} from './session-state';
import { notePassedOver, settle } from './settle';
import { hourMs, minuteMs, plan, rule, session, startMs } from './testing/sessions';

/*
 * Whole lives of sessions, generated: messages in any order, rules that change, hours that change, a gateway that
 * answers anything; and after every step what must always hold.
 */
const dayMs = 24 * hourMs;

/** Open from one hour to another, UTC, on every day; always where both are the same. */
function daily(opens: number, closes: number): HoursAt {
  return (atMs) => {
    if (opens === closes) return { open: true, untilMs: null };
    const midnight = Math.floor(atMs / dayMs) * dayMs;
    if (atMs < midnight + opens * hourMs) return { open: false, opensAtMs: midnight + opens * hourMs };
    if (atMs < midnight + closes * hourMs) return { open: true, untilMs: midnight + closes * hourMs };
    return { open: false, opensAtMs: midnight + dayMs + opens * hourMs };
  };
}

const event = fc.record({
  minute: fc.integer({ min: 0, max: 4_000 }),
  lateMinutes: fc.constantFrom(0, 0, 0, 1, 30),
  kind: fc.constantFrom(
    'agent',
    'agent',
    'agent',
    'user',
    'operator',
    'end',
    'plan',
    'hours',
    'toggle',
    'delay',
    'optOut',
  ),
  awaiting: fc.constantFrom('user' as const, 'user' as const, 'user' as const, 'nobody' as const, 'operator' as const),
  which: fc.integer({ min: 0, max: 3 }),
  value: fc.integer({ min: 1, max: 1_500 }),
});
type Event = {
  minute: number;
  lateMinutes: number;
  kind: string;
  awaiting: 'user' | 'nobody' | 'operator';
  which: number;
  value: number;
};
const life = fc.record({
  delays: fc.array(fc.integer({ min: 1, max: 1_500 }), { minLength: 1, maxLength: 4 }),
  forTheEnd: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  queueRelease: fc.constantFrom('spaced' as const, 'together' as const),
  limit: fc.constantFrom(null, 1, 2),
  windowHours: fc.constantFrom(null, null, 24),
  outsideWindow: fc.constantFrom('skip' as const, 'send' as const),
  hours: fc.constantFrom([0, 0], [9, 17], [6, 20]),
  events: fc.array(event, { minLength: 1, maxLength: 10 }),
  outcomes: fc.array(
    fc.constantFrom(
      ...(['sent', 'sent', 'lost', 'failed', 'unreachable', 'unverified', 'rejected', 'gone'] as const),
      ...(['paused', 'probing', 'turn', 'reply under the question'] as const),
    ),
    { minLength: 1, maxLength: 40 },
  ),
  neverRepeat: fc.boolean(),
});
type Life = (typeof life extends fc.Arbitrary<infer T> ? T : never) & object;
type Row = { status: string; ambiguous: boolean };
type Request = { followupId: string; atMs: number; anchorMs: number; arrived: boolean };

class Simulation {
  private nowMs = startMs;
  private hoursAt: HoursAt;
  private present: Plan;
  private state: SessionState;
  private readonly arrivals: (Event & { id: number; arrivesMs: number; atMs: number })[];
  private outcomes = 0;
  private readonly rows: Record<string, Row> = {};
  readonly requests: Request[] = [];
  readonly decisions: PendingDecision[] = [];

  constructor(private readonly given: Life) {
    this.hoursAt = daily(given.hours[0] ?? 0, given.hours[1] ?? 0);
    const rules = given.delays.map((minutes, index) =>
      rule(`r${index}`, minutes * minuteMs, {
        trigger: given.forTheEnd[index] && index > 0 ? 'conversation_over' : 'no_reply',
      }),
    );
    this.present = plan(rules, {
      queueRelease: given.queueRelease,
      maxFollowupsPerSession: given.limit,
      messagingWindowMs: given.windowHours === null ? null : given.windowHours * hourMs,
      outsideWindow: given.outsideWindow,
    });
    this.state = session([], {}, { plan: this.present });
    const first: Event = { minute: 0, lateMinutes: 0, kind: 'agent', awaiting: 'user', which: 0, value: 1 };
    const events: Event[] = [first, ...given.events];
    this.arrivals = events
      .map((one, id) => ({
        ...one,
        id,
        atMs: startMs + one.minute * minuteMs,
        arrivesMs: startMs + (one.minute + one.lateMinutes) * minuteMs,
      }))
      .sort((a, b) => a.arrivesMs - b.arrivesMs);
  }

  /** Lives until the session closes. Throws when something is wrong. */
  run(): this {
    let stepsAtOneInstant = 0;
    let lastMs = this.nowMs;
    for (let steps = 0; steps < 60_000; steps++) {
      const facts = this.arrive();
      if (facts.length > 0) {
        this.state = reduceAll(
          notePassedOver(this.state, Math.min(this.nowMs, ...facts.map(({ atMs }) => atMs))),
          facts,
        );
      }
      // It crosses continue-as-new at any moment.
      if (steps % 5 === 0) this.state = wholeState(JSON.parse(JSON.stringify(briefState(this.state))));
      this.state = settle(this.state, this.nowMs);
      stepsAtOneInstant = this.nowMs === lastMs ? stepsAtOneInstant + 1 : 0;
      lastMs = this.nowMs;
      if (stepsAtOneInstant > 80) throw new Error(`no progress: ${JSON.stringify(nextAction(this.state, this.nowMs))}`);
      if (this.step() === 'closed') return this;
    }
    throw new Error('never closed');
  }

  private arrive(): Fact[] {
    const facts: Fact[] = [];
    for (let next = this.arrivals[0]; next && next.arrivesMs <= this.nowMs; next = this.arrivals[0]) {
      this.arrivals.shift();
      const { kind, atMs, awaiting, arrivesMs } = next;
      if (kind === 'agent' || kind === 'user' || kind === 'operator') {
        facts.push({ kind: 'message', id: `m${next.id}`, from: kind, atMs, awaiting, receivedAtMs: arrivesMs });
      } else if (kind === 'end') facts.push({ kind: 'end', atMs, outcome: null });
      else this.change(next);
    }
    return facts;
  }

  private change({ kind, which, value }: Event): void {
    if (kind === 'optOut') {
      this.state = { ...this.state, optedOut: value % 2 === 0 };
      return;
    }
    const followups = this.present.followups.map((followup, index) => {
      if (index !== which % this.present.followups.length) return followup;
      if (kind === 'delay') return { ...followup, delayMs: value * minuteMs, delaySinceMs: this.nowMs };
      if (kind !== 'toggle') return followup;
      return followup.off
        ? { ...followup, off: null, activeSinceMs: this.nowMs }
        : { ...followup, off: 'deactivated' as const };
    });
    if (kind === 'hours') this.hoursAt = value % 3 === 0 ? daily(0, 0) : daily(value % 12, 12 + (value % 10));
    this.present = { ...this.present, revision: this.present.revision + 1, followups };
    // Sometimes the rollout is late, and the claim has to find out.
    if (value % 2 === 1) this.state = announcePlan(this.state, this.present.revision);
  }

  private step(): 'goes on' | 'closed' {
    const action = nextAction(this.state, this.nowMs);
    switch (action.type) {
      case 'wait':
        if (action.untilMs <= this.nowMs) throw new Error('waits for the past');
        this.nowMs = Math.min(action.untilMs, this.arrivals[0]?.arrivesMs ?? Infinity);
        if (!Number.isFinite(this.nowMs)) throw new Error('waits for ever');
        break;
      case 'checkAvailability':
        this.state = applyAvailability(this.state, {
          ...this.hoursAt(this.nowMs),
          askedAtMs: this.nowMs,
        } as KnownHours);
        break;
      case 'loadPlan':
        this.state = applyPlan(this.state, this.present, this.state.announcedRevision, this.nowMs);
        break;
      case 'recordDecisions':
        this.record();
        break;
      case 'recordResponse':
        this.state = { ...this.state, responseAtMs: null };
        break;
      case 'send': {
        this.state = beginSend(this.state, action.followupId, this.nowMs);
        const outcome = this.send(action.followupId);
        this.state = applySend(this.state, action.followupId, outcome, this.nowMs, 0.5);
        break;
      }
      case 'close': {
        this.record();
        const left = Object.entries(this.rows).filter(([, { status }]) => ['queued', 'sending'].includes(status));
        if (left.length > 0) throw new Error(`left at the close: ${JSON.stringify(left)}`);
        return 'closed';
      }
    }
    return 'goes on';
  }

  /** As the database takes decisions over. */
  private record(): void {
    for (const decision of this.state.decisions) {
      this.decisions.push(decision);
      const row = this.rows[decision.followupId];
      if (decision.status === 'queued') {
        if (!row) this.rows[decision.followupId] = { status: 'queued', ambiguous: false };
        else if (['queued', 'skipped'].includes(row.status)) row.status = 'queued';
      } else if (decision.status !== 'sent' && row && ['queued', 'sending'].includes(row.status)) {
        row.status = decision.status;
      }
    }
    this.state = { ...this.state, decisions: [] };
  }

  /** As the activity sends: claim, question, request. */
  private send(followupId: string): SendOutcome {
    const progress = this.state.progress[followupId];
    const followup = this.state.plan.followups.find(({ id }) => id === followupId);
    if (progress?.stage !== 'trying' || !followup) throw new Error('not being tried');
    const known = this.rows[followupId];
    if (known && ['sent', 'unknown', 'failed'].includes(known.status)) throw new Error(`sends what is ${known.status}`);
    if (known?.ambiguous && this.given.neverRepeat) {
      known.status = 'unknown';
      return { outcome: 'unknown' };
    }
    if (this.present.revision > this.state.plan.revision) {
      return { outcome: 'stalePlan', revision: this.present.revision };
    }
    if (
      this.nowMs > this.expiresMs(progress.plannedMs, progress.nextAttemptMs, latenessLimitMs(this.state, followup))
    ) {
      return { outcome: 'withheld' };
    }
    const outcome = this.given.outcomes[this.outcomes++ % this.given.outcomes.length] ?? 'sent';
    if (outcome === 'paused')
      return { outcome: 'held', reason: 'channel_paused', retryAfterMs: 300_000, turnAtMs: null };
    if (outcome === 'probing') return { outcome: 'held', reason: 'throttled', retryAfterMs: 5_000, turnAtMs: null };
    if (outcome === 'turn' && progress.turnAtMs === null) {
      const turnAtMs = this.nowMs + 20_000;
      return { outcome: 'held', reason: 'throttled', retryAfterMs: 20_000, turnAtMs };
    }

    const row: Row = known ?? { status: 'sending', ambiguous: false };
    this.rows[followupId] = row;
    row.status = 'sending';
    if (outcome === 'unverified') return { outcome: 'retry', cause: 'unverified', retryAfterMs: null };
    const { sessionId } = this.state;
    const answer = answerSendQuestion(this.state, { sessionId, anchorMs: progress.anchorMs, followupId });
    if (!answer.wanted) throw new Error(`not wanted although nothing came in: ${answer.reason}`);
    if (!this.hoursAt(this.nowMs).open) throw new Error('sends outside hours');
    if (!isArmed(this.state)) throw new Error('sends although it is not armed');
    if (outcome === 'reply under the question') {
      const [atMs, arrivesMs] = [this.nowMs, this.nowMs];
      const reply = { minute: 0, lateMinutes: 0, kind: 'user', awaiting: 'user' as const, which: 0, value: 1 };
      this.arrivals.unshift({ ...reply, id: 1_000 + this.outcomes, atMs, arrivesMs });
      return { outcome: 'withheld' };
    }
    if (outcome === 'unreachable') return { outcome: 'retry', cause: 'unreachable', retryAfterMs: null };
    return this.request(followupId, progress.anchorMs, row, outcome);
  }

  private request(followupId: string, anchorMs: number, row: Row, outcome: string): SendOutcome {
    if (this.requests.some((earlier) => earlier.followupId === followupId && earlier.arrived)) throw new Error('twice');
    const request = { followupId, atMs: this.nowMs, anchorMs, arrived: false };
    this.requests.push(request);
    switch (outcome) {
      case 'lost':
        row.ambiguous = true;
        return { outcome: 'retry', cause: 'lost', retryAfterMs: null };
      case 'failed':
        return { outcome: 'retry', cause: 'failed', retryAfterMs: 2_000 };
      case 'rejected':
      case 'gone':
        row.status = 'failed';
        return { outcome: 'failed', reason: 'gateway_rejected', conversationGone: outcome === 'gone' };
      default:
        request.arrived = true;
        row.status = 'sent';
        return { outcome: 'sent', sentAtMs: this.nowMs };
    }
  }

  /** As the workflow tells the activity until when it may send. */
  private expiresMs(plannedMs: number, nextAttemptMs: number, limitMs: number): number {
    const windowEnd = windowEndMs(this.state);
    const latestMs = plannedMs + limitMs;
    if (windowEnd === null || plannedMs > windowEnd || nextAttemptMs > windowEnd + windowMarginMs) return latestMs;
    return Math.min(latestMs, windowEnd + windowMarginMs);
  }
}

const messagesOnly = (given: Life): Life => ({
  ...given,
  queueRelease: 'spaced',
  outcomes: ['sent'],
  limit: null,
  windowHours: null,
  forTheEnd: [false, false, false, false],
  // One that comes late may find several due at once: that is no queue.
  events: given.events
    .filter(({ kind }) => ['agent', 'user', 'operator'].includes(kind))
    .map((one) => ({ ...one, lateMinutes: 0 as const })),
});

const quiet: Life = {
  ...{ delays: [1], forTheEnd: [false, false, false, false], queueRelease: 'spaced', limit: null, windowHours: null },
  ...{ outsideWindow: 'skip', hours: [9, 17], events: [], outcomes: ['sent'], neverRepeat: false },
};
const at = (minute: number, kind: Life['events'][number]['kind'], value = 1): Life['events'][number] => ({
  ...{ minute, kind, value, lateMinutes: 0, awaiting: 'user', which: 0 },
});

/** Lives that were found by chance, and did not end as they must. */
const found: Life[] = [
  // A channel that stays paused, and a closing each day.
  { ...quiet, delays: [360], hours: [0, 0], events: [at(0, 'hours', 1_414)], outcomes: ['paused'] },
  // An endpoint in trouble, and a closing each day.
  { ...quiet, events: [at(0, 'delay', 360), at(0, 'agent')], outcomes: ['probing', 'turn'] },
  // An end, attempts until the closing, and a window that ends before the opening.
  {
    ...{ ...quiet, delays: [1, 1], forTheEnd: [false, true, false, false], windowHours: 24, outcomes: ['unverified'] },
    events: [at(466, 'end'), at(0, 'user'), at(1, 'agent'), at(0, 'agent')],
  },
];

describe('for any life of a session', () => {
  it('goes on, closes, leaves nothing pending, sends nothing twice, unarmed, unwanted or outside hours', () => {
    fc.assert(
      fc.property(life, (given) => void new Simulation(given).run()),
      { numRuns: 800, examples: found.map((given) => [given]) },
    );
  });

  it('keeps the distance between rules in a queue, and drops none as too late', () => {
    fc.assert(
      fc.property(life, (given) => {
        const { requests, decisions } = new Simulation(messagesOnly(given)).run();
        expect(decisions.filter(({ reason }) => reason === 'too_late')).toEqual([]);
        const delayOf = ({ followupId }: Request) => (given.delays[Number(followupId.slice(1))] ?? 0) * minuteMs;
        for (const [index, one] of requests.entries()) {
          for (const other of requests.slice(index + 1)) {
            if (one.anchorMs !== other.anchorMs) continue;
            expect(Math.abs(one.atMs - other.atMs)).toBeGreaterThanOrEqual(Math.abs(delayOf(one) - delayOf(other)));
          }
        }
      }),
      { numRuns: 800 },
    );
  });
});
