import fc from 'fast-check';
import { announcePlan, applyAvailability, applyPlan, applySend, beginSend } from './apply';
import { isArmed } from './assess';
import { explain, type HoursAt } from './explain';
import { nextAction } from './next-action';
import { type Fact, type MessageFact, reduceAll, type Sender, type SessionState } from './session-state';
import { settle } from './settle';
import { hourMs, minuteMs, plan, rule, session, startMs } from './testing/sessions';
import { simulate } from './testing/simulate';

const message = (from: Sender, atMs: number, more: Partial<MessageFact> = {}): MessageFact => ({
  kind: 'message',
  id: `${from}-${atMs}`,
  from,
  atMs,
  awaiting: 'user',
  receivedAtMs: null,
  ...more,
});
const onTime = (facts: Fact[]) => facts.map((fact) => ({ atMs: fact.atMs, fact }));
const run = (state: SessionState, facts: Fact[], hoursAt?: HoursAt, untilMs = startMs + 60 * 24 * hourMs) =>
  simulate(state, onTime(facts), { fromMs: startMs, untilMs, ...(hoursAt ? { hoursAt } : {}) });
const sentOf = (state: SessionState, facts: Fact[], hoursAt?: HoursAt) =>
  run(state, facts, hoursAt).sent.map(({ followupId, atMs }) => [followupId, (atMs - startMs) / minuteMs]);

/** Open from 9 to 17 UTC on every day. */
const nineToFive: HoursAt = (atMs) => {
  const dayMs = 24 * hourMs;
  const midnight = Math.floor(atMs / dayMs) * dayMs;
  if (atMs < midnight + 9 * hourMs) return { open: false, opensAtMs: midnight + 9 * hourMs };
  if (atMs < midnight + 17 * hourMs) return { open: true, untilMs: midnight + 17 * hourMs };
  return { open: false, opensAtMs: midnight + dayMs + 9 * hourMs };
};

describe('when a followup is sent', () => {
  it('counts from the last agent message', () => {
    const facts = [
      message('agent', startMs),
      message('user', startMs + minuteMs),
      message('agent', startMs + 2 * minuteMs),
    ];
    expect(sentOf(session([rule('a', 30 * minuteMs)]), facts)).toEqual([['a', 32]]);
  });

  it('sends each rule once, at its own delay, however long the user stays away', () => {
    const rules = [rule('a', 30 * minuteMs), rule('b', 2 * hourMs)];
    expect(sentOf(session(rules), [message('agent', startMs)])).toEqual([
      ['a', 30],
      ['b', 120],
    ]);
  });

  it('moves every due time that is not reached with a new agent message, and repeats none that was sent', () => {
    const rules = [rule('a', 30 * minuteMs), rule('b', 2 * hourMs)];
    const facts = [message('agent', startMs), message('agent', startMs + 40 * minuteMs)];
    expect(sentOf(session(rules), facts)).toEqual([
      ['a', 30],
      ['b', 160],
    ]);
  });

  it('sends rules of equal delay in the order of their creation', () => {
    const rules = [rule('first', hourMs), rule('second', hourMs)];
    expect(sentOf(session(rules), [message('agent', startMs)]).map(([id]) => id)).toEqual(['first', 'second']);
  });

  it('is not armed on a tie', () => {
    expect(sentOf(session([rule('a', minuteMs)]), [message('agent', startMs), message('user', startMs)])).toEqual([]);
  });

  it.each(['user', 'operator'] as const)('drops what is pending when the last word is a message of the %s', (from) => {
    const facts = [message('agent', startMs), message(from, startMs + minuteMs)];
    expect(sentOf(session([rule('a', 30 * minuteMs)]), facts)).toEqual([]);
  });

  it.each(['operator', 'nobody'] as const)('sends nothing after an agent message that awaits %s', (awaiting) => {
    const { sent, decisions } = run(session([rule('a', 30 * minuteMs)]), [message('agent', startMs, { awaiting })]);
    expect(sent).toEqual([]);
    expect(decisions).toMatchObject([{ status: 'skipped', reason: 'reply_not_expected' }]);
  });

  it('queues what is due outside hours until the opening, and keeps the distance between rules', () => {
    const rules = [rule('a', 9 * hourMs), rule('b', 10 * hourMs), rule('c', 12 * hourMs)];
    const { sent, decisions } = run(session(rules), [message('agent', startMs)], nineToFive);
    const opening = startMs + 24 * hourMs;
    expect(sent).toEqual([
      { followupId: 'a', atMs: opening },
      { followupId: 'b', atMs: opening + hourMs },
      { followupId: 'c', atMs: opening + 3 * hourMs },
    ]);
    expect(decisions[0]).toMatchObject({ followupId: 'a', status: 'queued', reason: 'queued', sendMs: opening });
  });

  it('releases all at the opening, in due order, with queueRelease "together"', () => {
    const rules = [rule('late', 10 * hourMs), rule('early', 9 * hourMs)];
    const { sent } = run(session(rules, { queueRelease: 'together' }), [message('agent', startMs)], nineToFive);
    const opening = startMs + 24 * hourMs;
    expect(sent).toEqual([
      { followupId: 'early', atMs: opening },
      { followupId: 'late', atMs: opening },
    ]);
  });

  it('drops what is queued when the user replies', () => {
    const facts = [message('agent', startMs), message('user', startMs + 12 * hourMs)];
    const { sent, decisions } = run(session([rule('a', 9 * hourMs)]), facts, nineToFive);
    expect(sent).toEqual([]);
    expect(decisions.map(({ status, reason }) => [status, reason])).toEqual([
      ['queued', 'queued'],
      ['skipped', 'user_replied'],
    ]);
  });

  it('skips an agent that never opens', () => {
    const never: HoursAt = () => ({ open: false, opensAtMs: null });
    const { sent, decisions } = run(session([rule('a', hourMs)]), [message('agent', startMs)], never);
    expect(sent).toEqual([]);
    expect(decisions).toMatchObject([{ status: 'skipped', reason: 'never_available' }]);
  });

  it('never fires at a silence that began before the rule was switched on', () => {
    const late = rule('a', hourMs, { activeSinceMs: startMs + 2 * hourMs });
    expect(run(session([late]), [message('agent', startMs)]).decisions).toMatchObject([{ reason: 'retroactive' }]);
  });

  it('skips a backlog that was reported late', () => {
    const reported = message('agent', startMs, { receivedAtMs: startMs + 2 * hourMs });
    const { sent, decisions } = run(session([rule('a', hourMs)]), [reported]);
    expect(sent).toEqual([]);
    expect(decisions).toMatchObject([{ reason: 'reported_late' }]);
  });

  it('skips what could only be sent too late after an outage', () => {
    const arrivals = [{ atMs: startMs + 3 * hourMs, fact: message('agent', startMs) }];
    const { sent, decisions } = simulate(session([rule('a', hourMs)]), arrivals, {
      fromMs: startMs + 3 * hourMs,
      untilMs: startMs + 40 * hourMs,
    });
    expect(sent).toEqual([]);
    expect(decisions).toMatchObject([{ reason: 'too_late' }]);
  });

  it('holds to maxFollowupsPerSession', () => {
    const rules = [rule('a', hourMs), rule('b', 2 * hourMs)];
    const { sent, decisions } = run(session(rules, { maxFollowupsPerSession: 1 }), [message('agent', startMs)]);
    expect(sent.map(({ followupId }) => followupId)).toEqual(['a']);
    expect(decisions.at(-1)).toMatchObject({ followupId: 'b', reason: 'session_limit' });
  });

  it.each([
    ['fits', hourMs, ['a']],
    ['passes its end less 5 minutes', 24 * hourMs - 4 * minuteMs, []],
  ])('keeps to a messaging window: a send that %s', (_, delayMs, expected) => {
    const facts = [message('user', startMs), message('agent', startMs + 1)];
    const state = session([rule('a', delayMs)], { messagingWindowMs: 24 * hourMs, idleMs: 48 * hourMs });
    expect(run(state, facts).sent.map(({ followupId }) => followupId)).toEqual(expected);
  });
});

describe('sends that fail', () => {
  const until = startMs + 48 * hourMs;
  const facts = onTime([message('agent', startMs)]);

  it('tries again until the lateness limit, then gives up', () => {
    const { decisions } = simulate(session([rule('a', hourMs)]), facts, {
      fromMs: startMs,
      untilMs: until,
      send: () => ({ outcome: 'retry', cause: 'failed', retryAfterMs: null }),
    });
    expect(decisions).toMatchObject([{ status: 'failed', reason: 'gateway_failed', detail: 'too_late' }]);
  });

  it('is unknown when the user replies before a lost send is repeated', () => {
    let tries = 0;
    const { decisions, sent } = simulate(
      session([rule('a', hourMs)]),
      onTime([message('agent', startMs), message('user', startMs + hourMs + 100)]),
      {
        fromMs: startMs,
        untilMs: until,
        send: () => {
          tries++;
          return { outcome: 'retry', cause: 'lost', retryAfterMs: null };
        },
      },
    );
    expect([tries, sent]).toEqual([1, []]);
    expect(decisions).toMatchObject([{ status: 'unknown', reason: 'unknown', detail: 'user_replied' }]);
  });

  it('goes on at the next opening when the hours end between two attempts', () => {
    const state = session([rule('a', 8 * hourMs - minuteMs)]);
    const times: number[] = [];
    simulate(state, facts, {
      fromMs: startMs,
      untilMs: until,
      hoursAt: nineToFive,
      send: (_, atMs) => {
        times.push((atMs - startMs) / hourMs);
        return times.length < 3
          ? { outcome: 'retry', cause: 'failed', retryAfterMs: 2 * minuteMs }
          : { outcome: 'sent', sentAtMs: atMs };
      },
    });
    expect(times[0]).toBeCloseTo(8, 1);
    expect(times[1]).toBe(24);
    expect(times).toHaveLength(3);
  });

  it('closes the session when the gateway says that the conversation is gone', () => {
    const { closed } = simulate(session([rule('a', hourMs)]), facts, {
      fromMs: startMs,
      untilMs: until,
      send: () => ({ outcome: 'failed', reason: 'gateway_rejected', conversationGone: true }),
    });
    expect(closed).toMatchObject({ endedBy: 'conversation_gone', endedAtMs: startMs + hourMs });
  });
});

describe('sessions', () => {
  it('ends when it is idle and nothing waits', () => {
    const { closed } = run(session([rule('a', hourMs)]), [message('agent', startMs)]);
    // The sent delivery is an activity too.
    expect(closed).toMatchObject({ endedBy: 'idle', endedAtMs: startMs + 25 * hourMs });
  });

  it('waits for a rule that is longer than the idle time', () => {
    const longMs = 30 * 24 * hourMs;
    expect(run(session([rule('a', longMs)]), [message('agent', startMs)]).sent).toEqual([
      { followupId: 'a', atMs: startMs + longMs },
    ]);
  });

  it('hands a message after the idle boundary to the next session, and drops what waited', () => {
    const late = message('user', startMs + 25 * hourMs);
    const { closed, sent, state } = run(session([rule('a', 48 * hourMs)]), [message('agent', startMs), late]);
    expect(sent).toEqual([]);
    expect(closed).toMatchObject({ endedBy: 'idle', endedAtMs: startMs + 24 * hourMs });
    expect(state.later).toEqual([late]);
  });

  it('drops ordinary followups at an explicit end and runs those for the end then', () => {
    const rules = [rule('ordinary', hourMs), rule('survey', 2 * hourMs, { trigger: 'conversation_over' })];
    const end: Fact = { kind: 'end', atMs: startMs + 30 * minuteMs, outcome: 'resolved' };
    const { sent, closed, state } = run(session(rules), [message('agent', startMs), end]);
    expect(sent).toEqual([{ followupId: 'survey', atMs: startMs + 2 * hourMs }]);
    expect(closed).toMatchObject({ endedBy: 'gateway', endedAtMs: end.atMs });
    expect(explain(state, startMs + 3 * hourMs, null)).toMatchObject([
      { followupId: 'ordinary', status: 'skipped', reason: 'session_ended' },
      { followupId: 'survey', status: 'sent' },
    ]);
  });

  it('runs a followup for the end after an agent message that awaits nobody, unless the user speaks', () => {
    const survey = rule('survey', hourMs, { trigger: 'conversation_over' });
    const goodbye = message('agent', startMs, { awaiting: 'nobody' });
    expect(sentOf(session([survey]), [goodbye])).toEqual([['survey', 60]]);
    expect(sentOf(session([survey]), [goodbye, message('user', startMs + minuteMs)])).toEqual([]);
    expect(sentOf(session([survey]), [message('agent', startMs)])).toEqual([]);
  });

  it('ignores an event of a session that has ended', () => {
    const state = reduceAll(session([], {}, { floorMs: startMs }), [message('agent', startMs)]);
    expect(state).toMatchObject({ lastAgent: null, lateEvents: 1 });
  });

  it('finds the messages of after an end that comes late', () => {
    const facts: Fact[] = [
      message('agent', startMs),
      message('user', startMs + 2 * minuteMs),
      { kind: 'end', atMs: startMs + minuteMs, outcome: null },
    ];
    for (const order of [facts, [...facts].reverse()]) {
      const one = order.reduce((state, fact) => reduceAll(state, [fact]), session([]));
      expect(one.over).toEqual({ by: 'gateway', atMs: startMs + minuteMs });
      expect(one.later).toMatchObject([{ from: 'user', atMs: startMs + 2 * minuteMs }]);
    }
  });
});

describe('what a review found', () => {
  it('is unknown, not skipped, when the conversation opts out after a send whose answer was lost', () => {
    const answers = [
      { outcome: 'retry', cause: 'lost', retryAfterMs: null },
      { outcome: 'skipped', reason: 'opted_out' },
    ] as const;
    let tries = 0;
    const { decisions } = simulate(session([rule('a', hourMs)]), onTime([message('agent', startMs)]), {
      fromMs: startMs,
      untilMs: startMs + 2 * hourMs,
      send: () => answers[tries++] ?? answers[1],
    });
    expect(decisions).toMatchObject([{ status: 'unknown', reason: 'unknown', detail: 'opted_out' }]);
  });

  it('a plan that changes overnight moves nothing that is queued, and nothing that waits behind it', () => {
    const rules = [rule('a', 30 * minuteMs), rule('b', 40 * minuteMs)];
    const agentAt = startMs + 7.9 * hourMs;
    const queued = simulate(session(rules), onTime([message('agent', agentAt)]), {
      fromMs: startMs,
      untilMs: startMs + 9 * hourMs,
      hoursAt: nineToFive,
    }).state;
    const nightMs = startMs + 12 * hourMs;
    const changed = applyPlan(announcePlan(queued, 2), plan(rules, { revision: 2 }), 2, nightMs);
    const opening = startMs + 24 * hourMs;
    const { sent } = simulate(changed, [], { fromMs: nightMs, untilMs: opening + hourMs, hoursAt: nineToFive });
    expect(sent).toEqual([
      { followupId: 'a', atMs: opening },
      { followupId: 'b', atMs: opening + 10 * minuteMs },
    ]);
    // Hours that open earlier: the clock of the silence moves with the queue, and nothing bursts.
    const evening = startMs + 8.7 * hourMs;
    const opened = applyPlan(announcePlan(queued, 2), plan(rules, { revision: 2 }), 2, evening);
    expect(simulate(opened, [], { fromMs: evening, untilMs: opening }).sent).toEqual([
      { followupId: 'a', atMs: evening },
      { followupId: 'b', atMs: evening + 10 * minuteMs },
    ]);
  });

  it('gives up at the end of the messaging window, and does not ask again and again', () => {
    for (const outsideWindow of ['skip', 'send'] as const) {
      const opened = session([rule('a', 23.8 * hourMs)], { messagingWindowMs: 24 * hourMs, outsideWindow });
      const state = reduceAll(opened, [message('user', startMs), message('agent', startMs + 1_000)]);
      const backMs = startMs + 24 * hourMs + minuteMs;
      let tries = 0;
      const { sent, decisions } = simulate(state, [], {
        fromMs: backMs,
        untilMs: backMs + 8 * hourMs,
        send: (_, atMs) => {
          tries++;
          return { outcome: 'sent', sentAtMs: atMs };
        },
      });
      if (outsideWindow === 'skip') expect(decisions).toMatchObject([{ reason: 'window_expired' }]);
      else expect(sent).toHaveLength(1);
      expect(tries).toBeLessThanOrEqual(1);
    }
  });

  it('does not begin another session for an end that comes after something was sent later than it', () => {
    const facts = [
      { atMs: startMs, fact: message('agent', startMs) },
      { atMs: startMs + 15_000, fact: message('agent', startMs + 15_000) },
      { atMs: startMs + 6 * minuteMs, fact: { kind: 'end', atMs: startMs + 10_000, outcome: null } as Fact },
    ];
    const { sent, state } = simulate(session([rule('a', 5 * minuteMs)]), facts, {
      fromMs: startMs,
      untilMs: startMs + hourMs,
    });
    expect(sent).toHaveLength(1);
    expect(state).toMatchObject({ later: [], over: null, lateEvents: 1 });
  });

  it('counts a send that may have come through against maxFollowupsPerSession', () => {
    const rules = [rule('a', 5 * minuteMs), rule('b', 10 * minuteMs)];
    const { sent } = simulate(session(rules, { maxFollowupsPerSession: 1 }), onTime([message('agent', startMs)]), {
      fromMs: startMs,
      untilMs: startMs + 2 * hourMs,
      send: (id, atMs) =>
        id === 'a'
          ? { outcome: 'retry', cause: 'lost', retryAfterMs: 20 * minuteMs }
          : { outcome: 'sent', sentAtMs: atMs },
    });
    expect(sent).toEqual([]);
  });
});

const senders = fc.constantFrom<Sender>('agent', 'user', 'operator');
/** Messages within two hours, well within the idle time: what belongs to one session. */
const conversation = fc
  .uniqueArray(
    fc.record({ from: senders, atMs: fc.integer({ min: 0, max: 120 }).map((m) => startMs + m * minuteMs) }),
    { selector: ({ from, atMs }) => `${from}${atMs}`, minLength: 1, maxLength: 12 },
  )
  .map((events) => events.map(({ from, atMs }) => message(from, atMs)));
const rules = fc
  .array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 4 })
  .map((delays) => delays.map((delay, index) => rule(`r${index}`, delay * minuteMs)));

describe('for any conversation', () => {
  it('any order and any duplication of its events gives the same state', () => {
    fc.assert(
      fc.property(
        conversation.chain((facts) =>
          fc.tuple(
            fc.constant(facts),
            fc.shuffledSubarray([...facts, ...facts, ...facts], { minLength: facts.length * 3 }),
          ),
        ),
        ([facts, shuffled]) => {
          const outcome = ({ lastAgent, lastUserAtMs, lastOperatorAtMs, over, startedAtMs }: SessionState) => ({
            lastAgent,
            lastUserAtMs,
            lastOperatorAtMs,
            over,
            startedAtMs,
          });
          const batch = reduceAll(session([]), facts);
          const oneByOne = shuffled.reduce((state, fact) => reduceAll(state, [fact]), session([]));
          expect(outcome(oneByOne)).toEqual(outcome(batch));
        },
      ),
    );
  });

  it('nothing is sent while the last word is not the agent’s, nothing twice, and nothing before its delay', () => {
    fc.assert(
      fc.property(conversation, rules, fc.boolean(), (facts, chosen, withHours) => {
        const { sent } = run(session(chosen), facts, withHours ? nineToFive : undefined);
        expect(new Set(sent.map(({ followupId }) => followupId)).size).toBe(sent.length);
        for (const { followupId, atMs } of sent) {
          const before = reduceAll(
            session(chosen),
            facts.filter((fact) => fact.atMs < atMs),
          );
          expect(isArmed(before)).toBe(true);
          const delayMs = chosen.find(({ id }) => id === followupId)?.delayMs ?? 0;
          expect(atMs - (before.lastAgent?.atMs ?? 0)).toBeGreaterThanOrEqual(delayMs);
          if (withHours) expect(nineToFive(atMs).open).toBe(true);
        }
      }),
    );
  });

  it('what is forecast with no further event is what happens', () => {
    fc.assert(
      fc.property(
        conversation,
        rules,
        fc.integer({ min: 0, max: 900 }),
        fc.boolean(),
        (facts, chosen, minutes, together) => {
          const nowMs = startMs + minutes * minuteMs;
          const arrivals = onTime(facts.filter(({ atMs }) => atMs <= nowMs));
          const opened = session(chosen, { queueRelease: together ? 'together' : 'spaced' });
          const now = simulate(opened, arrivals, { fromMs: startMs, untilMs: nowMs, hoursAt: nineToFive });
          if (now.closed) return;
          const then = simulate(now.state, [], {
            fromMs: nowMs,
            untilMs: nowMs + 60 * 24 * hourMs,
            hoursAt: nineToFive,
          });
          for (const told of explain(now.state, nowMs, nineToFive)) {
            const happens = then.sent.find(({ followupId }) => followupId === told.followupId);
            if (['waiting', 'queued', 'sending'].includes(told.status)) expect(told.sendAtMs).toBe(happens?.atMs);
            else expect(happens).toBeUndefined();
          }
        },
      ),
    );
  });
});

describe('a plan that the send finds changed before the session was told', () => {
  const open = (state: SessionState, nowMs: number) =>
    settle(applyAvailability(state, { open: true, askedAtMs: nowMs, untilMs: null }), nowMs);
  const dueAtMs = startMs + 30 * minuteMs;
  const longer = plan([rule('a', 2 * hourMs, { delaySinceMs: dueAtMs - 1_000 })], { revision: 2 });

  it('is gone by: a delay made longer in time moves what has only come due', () => {
    const due = open(reduceAll(session([rule('a', 30 * minuteMs)]), [message('agent', startMs)]), dueAtMs);
    expect(nextAction(due, dueAtMs)).toEqual({ type: 'send', followupId: 'a' });
    const refused = applySend(beginSend(due, 'a', dueAtMs), 'a', { outcome: 'stalePlan', revision: 2 }, dueAtMs, 0);
    expect(nextAction(refused, dueAtMs)).toEqual({ type: 'loadPlan' });
    const told = open(applyPlan(refused, longer, 2, dueAtMs), dueAtMs);
    expect(nextAction(told, dueAtMs)).toMatchObject({ type: 'wait', untilMs: startMs + 2 * hourMs });
  });

  it('does not hold back what had waited in the queue', () => {
    const night = settle(
      applyAvailability(reduceAll(session([rule('a', 30 * minuteMs)]), [message('agent', startMs)]), {
        open: false,
        askedAtMs: dueAtMs,
        opensAtMs: dueAtMs + 8 * hourMs,
      }),
      dueAtMs,
    );
    const opensAtMs = dueAtMs + 8 * hourMs;
    const begun = beginSend(open(night, opensAtMs), 'a', opensAtMs);
    const refused = applySend(begun, 'a', { outcome: 'stalePlan', revision: 2 }, opensAtMs, 0);
    const edited = plan([rule('a', 2 * hourMs, { delaySinceMs: opensAtMs - 1_000 })], { revision: 2 });
    const told = open(applyPlan(refused, edited, 2, opensAtMs), opensAtMs);
    expect(nextAction({ ...told, decisions: [] }, opensAtMs)).toEqual({ type: 'send', followupId: 'a' });
  });
});
