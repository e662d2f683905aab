import {
  anchorAt,
  anchorMs,
  cleanRun as clean,
  conversationId,
  event,
  followupId,
  reply,
  request,
} from './checker/clean-run';
import type { Facts } from './checker/facts';
import { violations } from './checker/invariants';
import { Heartbeat } from './gateway/heartbeat';
import { pendingOf } from './world/pending';

/*
 * The checker of the fault harness on a run that went well, and on the same run with one thing wrong in it.
 */
describe('the time before which a request did not begin', () => {
  it('is the last beat of the gateway, or that before a time in which it was given none', () => {
    const heartbeat = new Heartbeat(0);
    for (const atMs of [5, 10, 16]) heartbeat.beat(atMs);
    expect(heartbeat.notBeforeMs).toBe(16);
    heartbeat.beat(400);
    heartbeat.beat(405);
    expect(heartbeat.notBeforeMs).toBe(16);
    for (let atMs = 410; atMs <= 450; atMs += 5) heartbeat.beat(atMs);
    expect(heartbeat.notBeforeMs).toBe(450);
  });
});

describe('what is pending in a session', () => {
  const untilMs = anchorMs + 60_000;
  const told = (changes: object) => ({
    followupId,
    status: 'waiting',
    reason: 'waiting',
    sendAt: anchorAt,
    ...changes,
  });

  it.each([
    ['one that is due soon', told({}), /flw_1 is waiting/],
    ['one that is being sent', told({ status: 'sending', reason: 'retrying' }), /retrying/],
    ['one without a time', told({ status: 'queued', reason: 'channel_paused', sendAt: null }), /channel_paused/],
    ['one of a session that is over', told({ status: 'skipped', reason: 'session_ended' }), /session_ended/],
  ])('%s', (_, followup, wanted) => {
    expect(pendingOf([followup], untilMs)).toMatch(wanted);
  });

  it.each([
    ['one that was sent', told({ status: 'sent', reason: 'sent' })],
    ['one that was skipped', told({ status: 'skipped', reason: 'user_replied', sendAt: null })],
    ['one of next year', told({ sendAt: '2027-11-23T10:00:00.000Z' })],
  ])('nothing: %s', (_, followup) => {
    expect(pendingOf([followup], untilMs)).toBeNull();
  });
});

describe('the checker', () => {
  it('finds nothing in a clean run', () => {
    expect(violations(clean())).toEqual([]);
  });

  it('allows what the promise allows', () => {
    const facts = clean();
    // A second attempt with the same id, and another followup of a silence that began after the reply.
    facts.requests.push(request({ readAtMs: 7_000, notBeforeMs: 6_990 }));
    const later = { anchorAt: '2026-11-23T10:00:09.000Z', followupId: 'flw_2', deliveryId: 'dlv_2' };
    facts.requests.push(request({ webhookId: 'dlv_2', readAtMs: 12_000, notBeforeMs: 11_990 }, later));
    facts.expectations.push({ conversationId, followupId: 'flw_2', atLeast: 0, atMost: 1, why: 'a new silence' });
    // The request was in the gateway's socket before the 202, and read after it.
    facts.events.push(event({ id: 'm-3', from: 'operator', atMs: anchorMs + 5_500, acknowledgedMs: 6_995 }));
    facts.signals.push({ conversationId, kind: 'message', from: 'operator', id: 'm-3' });
    // Nobody was told that this one was taken.
    facts.events.push(event({ id: 'm-4', acknowledgedMs: null, acknowledgedAtMs: null }));
    // Ended once more: there was no session any more, and so no run that could take it.
    facts.events.push(event({ kind: 'end', id: '2026-11-23T10:00:30.000Z', from: null, atMs: anchorMs + 30_000 }));
    expect(violations(facts)).toEqual([]);
  });

  const attempt = (number: number, outcome: string | null, sendingAtMs: number | null = anchorMs + number) => ({
    ...{ deliveryId: 'dlv_1', attempt: number, askedAtMs: sendingAtMs, sendingAtMs, outcome },
  });
  const neverRepeat = (facts: Facts) => facts.deliveries.map((delivery) => ({ ...delivery, neverRepeat: true }));

  it('allows another attempt after one that reached nobody, also where nothing is repeated', () => {
    const facts = clean();
    facts.deliveries = neverRepeat(facts);
    // Not begun, withheld under its fence, refused by the gateway, and only then lost.
    facts.attempts = [attempt(1, null, null), attempt(2, 'withheld'), attempt(3, 'failed'), attempt(4, 'lost')];
    expect(violations(facts)).toEqual([]);
  });

  it.each(['lost', 'sent', null])(
    'reports a repetition of an attempt (%s) that is forbidden, with one id',
    (outcome) => {
      const facts = clean();
      facts.attempts = [attempt(2, 'sent'), attempt(1, outcome)];
      expect(violations(facts)).toEqual([]);
      facts.deliveries = neverRepeat(facts);
      expect(violations(facts)).toEqual([
        { invariant: 'I1', what: expect.stringMatching(/^attempt 2 of dlv_1 repeats one/) },
      ]);
    },
  );

  it('takes unknown for sent where the model says so', () => {
    const facts = clean();
    facts.requests = [];
    facts.deliveries = facts.deliveries.map((delivery) => ({ ...delivery, status: 'unknown', reason: 'unknown' }));
    expect(violations(facts)).toMatchObject([{ invariant: 'I2' }]);
    facts.expectations = facts.expectations.map((expected) => ({ ...expected, unknownInstead: 1 }));
    expect(violations(facts)).toEqual([]);
  });

  it.each<[string, string, RegExp, (facts: Facts) => void]>([
    [
      'a second send with another id',
      'I1',
      /2 webhook-ids for session ses_1/,
      (facts) => {
        facts.requests.push(request({ webhookId: 'dlv_other' }));
      },
    ],
    [
      'a second row',
      'I1',
      /2 webhook-ids for session ses_1/,
      (facts) => {
        facts.deliveries.push({ ...(facts.deliveries[0] as Facts['deliveries'][number]), id: 'dlv_other' });
      },
    ],
    [
      'a must that was not sent',
      'I2',
      /in 0 sessions, not 1/,
      (facts) => {
        facts.requests = [];
      },
    ],
    [
      'a must not that was sent',
      'I2',
      /in 1 sessions, not 0/,
      (facts) => {
        facts.expectations = [{ conversationId, followupId, atLeast: 0, atMost: 0, why: 'the user had replied' }];
      },
    ],
    [
      'a followup that no expectation knows',
      'I2',
      /nobody expects followup flw_2 in c-1, and dlv_2 was sent/,
      (facts) => {
        facts.requests.push(request({ webhookId: 'dlv_2' }, { followupId: 'flw_2' }));
      },
    ],
    [
      'a lost message',
      'I3',
      /the message m-2 of the user in c-1 is in no history/,
      (facts) => {
        facts.signals.splice(1, 1);
      },
    ],
    [
      'a message that is there of another sender only',
      'I3',
      /the message m-2 of the user/,
      (facts) => {
        (facts.signals[1] as Facts['signals'][number]).from = 'agent';
      },
    ],
    [
      'a lost end',
      'I3',
      /the end 2026/,
      (facts) => {
        facts.signals.pop();
      },
    ],
    [
      'a lost end of a second session',
      'I3',
      /the end 2026-11-23T10:00:40/,
      (facts) => {
        facts.events.push(event({ id: 'm-5', atMs: anchorMs + 30_000 }));
        facts.signals.push({ conversationId, kind: 'message', from: 'agent', id: 'm-5' });
        facts.events.push(event({ kind: 'end', id: '2026-11-23T10:00:40.000Z', from: null, atMs: anchorMs + 40_000 }));
      },
    ],
    [
      'a send after an acknowledged reply',
      'I4',
      /dlv_1 began 10\.0 ms after the 202/,
      (facts) => {
        facts.requests = [request({ readAtMs: 9_015, notBeforeMs: 9_010 })];
      },
    ],
    [
      'a question after a signalled reply',
      'I4',
      /attempt 1 of dlv_1 asked after/,
      (facts) => {
        facts.events[1] = { ...reply, way: 'signal' };
        (facts.attempts[0] as Facts['attempts'][number]).askedAtMs = anchorMs + 8_006;
      },
    ],
    [
      'a stuck delivery',
      'I5',
      /dlv_1 is still sending/,
      (facts) => {
        (facts.deliveries[0] as Facts['deliveries'][number]).status = 'sending';
      },
    ],
    [
      'a session that nobody carries',
      'I5',
      /ses_1 is open/,
      (facts) => {
        (facts.sessions[0] as Facts['sessions'][number]).status = 'open';
      },
    ],
  ])('reports %s', (_, invariant, what, plant) => {
    const facts = clean();
    plant(facts);
    expect(violations(facts)).toEqual([{ invariant, what: expect.stringMatching(what) }]);
  });
});
