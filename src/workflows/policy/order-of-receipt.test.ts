import fc from 'fast-check';
import { toEvent } from '../../api/message-events';
import { readMessage } from '../messages';
import { isArmed } from './assess';
import { agentNotHeard, clockToleranceMs, hearAgent, inOrderOfReceipt } from './order-of-receipt';
import { type MessageFact, reduceAll, type Sender, type SessionState } from './session-state';
import { minuteMs, rule, session, startMs } from './testing/sessions';

const secondMs = 1_000;

/** A message that is reported at a moment of true time, in order of receipt. */
type Report = {
  from: Sender;
  trueMs: number;
  /** By how much the clock of the API that takes it is off. */
  apiOffMs: number;
  /** The time that the gateway gives; null: it leaves that to the API. */
  atMs: number | null;
  /** When the workflow sees it. */
  seenMs: number;
};

/** As an API passes it on and the session's workflow takes it. */
function takeIn(reports: Report[]): { state: SessionState; moved: number } {
  let heard = agentNotHeard;
  let state = session([rule('a', minuteMs)]);
  let moved = 0;
  for (const [index, { from, trueMs, apiOffMs, atMs, seenMs }] of reports.entries()) {
    const given = atMs === null ? {} : { at: new Date(atMs).toISOString() };
    const event = toEvent({ id: `m${index}`, from, ...given }, trueMs + apiOffMs);
    const fact = readMessage(event, seenMs) as MessageFact;
    const placed = inOrderOfReceipt(fact, heard, seenMs);
    if (placed !== fact) moved++;
    if (from === 'agent') heard = hearAgent(heard, fact, seenMs);
    state = reduceAll(state, [placed]);
  }
  return { state, moved };
}

const report = (from: Sender, trueMs: number, more: Partial<Report> = {}): Report => ({
  ...{ from, trueMs, apiOffMs: 0, atMs: null, seenMs: trueMs },
  ...more,
});
const behind = { apiOffMs: -3 * minuteMs };

describe('a reply that was received after the message of the agent', () => {
  it.each<[string, Report[]]>([
    ['by an API that is behind', [report('agent', startMs), report('user', startMs + secondMs, behind)]],
    [
      'by an API that is behind, with the right time of the gateway',
      [
        report('agent', startMs, { atMs: startMs }),
        report('user', startMs + secondMs, { ...behind, atMs: startMs + secondMs }),
      ],
    ],
    [
      'of an operator, by an API that is hours behind',
      [report('agent', startMs), report('operator', startMs + secondMs, { apiOffMs: -5 * 60 * minuteMs })],
    ],
    [
      'while the worker was away, and the API of the agent was ahead',
      [
        report('agent', startMs, { apiOffMs: 3 * minuteMs, seenMs: startMs + 10 * minuteMs }),
        report('user', startMs + secondMs, { seenMs: startMs + 10 * minuteMs }),
      ],
    ],
    [
      'with the time of a gateway that is behind, where the agent has that of its receipt',
      [
        report('agent', startMs, { seenMs: startMs + 5 }),
        report('user', startMs + secondMs, { atMs: startMs - minuteMs }),
      ],
    ],
  ])('disarms: %s', (_what, reports) => {
    const { state } = takeIn(reports);
    expect(isArmed(state)).toBe(false);
    expect(Math.max(state.lastUserAtMs ?? 0, state.lastOperatorAtMs ?? 0)).toBeGreaterThan(state.lastAgent?.atMs ?? 0);
  });

  it.each<[string, Report[]]>([
    [
      'both times are the gateway’s, and its is earlier',
      [
        report('agent', startMs + minuteMs, { atMs: startMs + minuteMs - secondMs }),
        report('user', startMs + minuteMs + secondMs, { atMs: startMs }),
      ],
    ],
    [
      'it is older than clocks differ',
      [report('agent', startMs), report('user', startMs + secondMs, { atMs: startMs - clockToleranceMs - 1 })],
    ],
  ])('is late where %s', (_what, reports) => {
    const { state, moved } = takeIn(reports);
    expect([isArmed(state), moved]).toEqual([true, 0]);
  });
});

const offMs = fc.integer({ min: -120, max: 120 }).map((seconds) => seconds * secondMs);
const senders = fc.constantFrom<Sender>('agent', 'agent', 'user', 'operator');

/** Any gateway before any APIs, each with a clock of its own, and workers that may be behind. */
const reported = (clock: fc.Arbitrary<number>) =>
  fc
    .record({
      gatewayOffMs: clock,
      apisOffMs: fc.tuple(clock, clock),
      lagMs: fc.constantFrom(0, 5, 10 * minuteMs),
      messages: fc.array(
        fc.record({
          from: senders,
          afterMs: fc.integer({ min: 1, max: 90 * secondMs }),
          api: fc.nat({ max: 1 }),
          gives: fc.boolean(),
        }),
        { minLength: 1, maxLength: 8 },
      ),
    })
    .map(({ gatewayOffMs, apisOffMs, lagMs, messages }) => {
      let trueMs = startMs;
      return messages.map(({ from, afterMs, api, gives }): Report => {
        trueMs += afterMs;
        return report(from, trueMs, {
          apiOffMs: apisOffMs[api] ?? 0,
          atMs: gives ? trueMs + gatewayOffMs : null,
          seenMs: trueMs + lagMs,
        });
      });
    });

describe('for any conversation that is reported in order', () => {
  it('nothing is armed once somebody has replied, whatever the clocks say', () => {
    fc.assert(
      fc.property(reported(offMs), (reports) => {
        const { state } = takeIn(reports);
        if (reports.at(-1)?.from !== 'agent') expect(isArmed(state)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('no time is changed, and the agent’s last word arms, where the clocks are right', () => {
    fc.assert(
      fc.property(reported(fc.constant(0)), (reports) => {
        const { state, moved } = takeIn(reports);
        expect(moved).toBe(0);
        if (reports.at(-1)?.from === 'agent') expect(isArmed(state)).toBe(true);
      }),
    );
  });
});
