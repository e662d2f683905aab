import { anchorMs, event, request } from '../../checker/clean-run';
import type { Facts } from '../../checker/facts';
import { sentAgain } from '../../rows/01-worker-dies-before-its-acknowledgement';
import { notBegun } from '../../rows/02-worker-dies-after-its-claim';
import { drained } from '../../rows/04-stopped-during-a-send';
import { corrected, onlyUpwards } from '../../rows/05-worker-frozen';
import { onceLate } from '../../rows/06-temporal-down-at-the-due-time';
import { saidSo } from '../../rows/07-no-temporal-at-the-start';
import { madeOnce } from '../../rows/11-commit-without-an-answer';
import { answered, noHalfWrites } from '../../rows/12-connections-exhausted';
import { wroteNothing } from '../../rows/support/frozen-in-the-fence';
import { livesOn } from '../../rows/support/lives-on';
import { none, once } from '../../rows/support/once';
import { refusedInTime } from '../../rows/support/refused-in-time';
import type { DeliveryRows } from '../../world/conversation';
import { type Planted, planted, plantedInARun } from './planted';

const sent = { webhookId: 'dlv_1', body: '{}', verified: true };
const twice = { requests: [sent, sent], attempts: 'null, sent' };
const attempt = (changes: object = {}): DeliveryRows['attempts'][number] => ({
  ...{ attempt: 1, askedAt: null, sendingAt: null, outcome: null, httpStatus: null },
  ...changes,
});
const stopped = { signal: 'SIGTERM', codes: [0, 0], attempts: 'sent', requests: [1] };
const frozen = { attempts: [attempt({ sendingAt: '2026-11-23T10:00:05Z', outcome: 'withheld' })], requests: [] };
const withoutTemporal = {
  ...{ readyz: 503, healthz: 200, apiRuns: true, code: 1 },
  log: 'Temporal at 127.0.0.1:7233 does not answer.',
};
const refusal = { status: 503, headers: new Headers({ 'retry-after': '1' }), tookMs: 4_500 };
const written = {
  planRevision: 3,
  rules: [
    { id: 'flw_1', revision: 2, audited: 2, isAssigned: true },
    { id: 'flw_2', revision: 1, audited: 1, isAssigned: true },
  ],
  answered: { flw_1: 2 },
};
const [rule] = written.rules as [(typeof written.rules)[number]];

const aSecondSend = (facts: Facts) => facts.requests.push(request({ webhookId: 'dlv_other' }));
const aLostEvent = (facts: Facts) => facts.signals.splice(1, 1);
const aStuckDelivery = (facts: Facts) => {
  for (const delivery of facts.deliveries) delivery.status = 'sending';
};

export const rows01To12: Planted[] = [
  planted(
    1,
    'a second send with another id',
    sentAgain,
    [twice, { ...twice, requests: [sent, { ...sent, webhookId: 'dlv_2' }] }],
    /^one webhook-id/,
  ),
  planted(
    1,
    'another text in the second send',
    sentAgain,
    [twice, { ...twice, requests: [sent, { ...sent, body: '{"a":1}' }] }],
    /^one body/,
  ),
  planted(
    1,
    'a third send',
    sentAgain,
    [twice, { ...twice, requests: [sent, sent, sent] }],
    /^a request for each attempt/,
  ),
  planted(
    1,
    'an attempt that nobody noted',
    sentAgain,
    [twice, { ...twice, attempts: 'sent' }],
    /^one attempt without an outcome/,
  ),
  planted(
    2,
    'a claim that was begun',
    (seen: DeliveryRows['attempts'], report) => notBegun([{ attempts: seen }], 'retry', report),
    [[attempt()], [attempt({ sendingAt: '2026-11-23T10:00:05Z' })]],
    /^a claim that was not begun/,
  ),
  planted(2, 'a second send', once, [[1], [1, 2]], /^one request: 2/),
  plantedInARun(
    2,
    'a followup that its claim kept from being sent',
    (facts) => facts.requests.splice(0),
    /^I2: .*in 0 sessions, not 1/,
  ),
  planted(3, 'a second send', once, [[1], [1, 2]], /^one request: 2/),
  planted(
    4,
    'a worker that was killed',
    drained,
    [stopped, { ...stopped, codes: [0, 'SIGKILL'] }],
    /^exit code 0 after SIGTERM/,
  ),
  planted(
    4,
    'an attempt that was given up',
    drained,
    [stopped, { ...stopped, attempts: 'null, sent', requests: [1, 2] }],
    /^one (attempt, sent|request)/,
  ),
  planted(
    5,
    'a request on an old answer',
    wroteNothing,
    [frozen, { ...frozen, requests: [1] }],
    /^no request on an old answer/,
  ),
  planted(
    5,
    'an attempt that did not stop at its fence',
    wroteNothing,
    [frozen, { ...frozen, attempts: [attempt({ sendingAt: '2026-11-23T10:00:05Z', outcome: 'sent' })] }],
    /^a first attempt that wrote nothing/,
  ),
  planted(
    5,
    'an attempt that never came to its fence',
    wroteNothing,
    [frozen, { ...frozen, attempts: [attempt()] }],
    /^a first attempt that was marked/,
  ),
  planted(
    5,
    'a late result that makes less of what is known',
    onlyUpwards,
    [
      ['unknown', 'sent'],
      ['sent', 'unknown'],
    ],
    /^only upwards/,
  ),
  planted(
    5,
    'a late result that corrects nothing',
    corrected,
    [
      ['unknown', 'sent'],
      ['unknown', 'unknown'],
    ],
    /^unknown, and then sent/,
  ),
  planted(
    6,
    'a second send',
    (requests: { atMs: number }[], report) => onceLate(requests, 5, report),
    [[{ atMs: 9 }], [{ atMs: 9 }, { atMs: 10 }]],
    /^one request/,
  ),
  planted(
    6,
    'a send before there was a Temporal',
    (requests: { atMs: number }[], report) => onceLate(requests, 5, report),
    [[{ atMs: 9 }], [{ atMs: 4 }]],
    /^sent late/,
  ),
  planted(
    7,
    'an API that says it is ready',
    saidSo,
    [withoutTemporal, { ...withoutTemporal, readyz: 200 }],
    /^\/readyz is red/,
  ),
  planted(
    7,
    'an API that has ended',
    saidSo,
    [withoutTemporal, { ...withoutTemporal, apiRuns: false }],
    /^the API stays up/,
  ),
  planted(
    7,
    'a worker that ends well',
    saidSo,
    [withoutTemporal, { ...withoutTemporal, code: 0 }],
    /^an exit code that is not 0/,
  ),
  planted(
    7,
    'a worker that does not say why',
    saidSo,
    [withoutTemporal, { ...withoutTemporal, log: 'Error' }],
    /^a line that says/,
  ),
  planted(8, 'a message that was taken', refusedInTime, [refusal, { ...refusal, status: 202 }], /^503/),
  planted(
    8,
    'an answer without a Retry-After',
    refusedInTime,
    [refusal, { ...refusal, headers: new Headers() }],
    /^Retry-After/,
  ),
  planted(
    8,
    'an answer past its deadline',
    refusedInTime,
    [refusal, { ...refusal, tookMs: 6_100 }],
    /^within the time/,
  ),
  planted(
    8,
    'a send meanwhile',
    (requests: unknown[], report) => none(requests, report, 'meanwhile'),
    [[], [1]],
    /^no request meanwhile/,
  ),
  plantedInARun(8, 'a lost event', aLostEvent, /^I3: the message m-2/),
  planted(
    9,
    'a program that has ended',
    livesOn,
    [
      { before: [1, 2], after: [1, 2] },
      { before: [1, 2], after: [1, 3] },
    ],
    /^every program lives on/,
  ),
  plantedInARun(9, 'a second send', aSecondSend, /^I1: 2 webhook-ids/),
  plantedInARun(9, 'a lost event', aLostEvent, /^I3: the message m-2/),
  planted(10, 'a request that hangs', refusedInTime, [refusal, { ...refusal, tookMs: 8_000 }], /^within the time/),
  planted(
    10,
    'a program that has ended',
    livesOn,
    [
      { before: [1], after: [1] },
      { before: [1], after: [3] },
    ],
    /^every program lives on/,
  ),
  plantedInARun(10, 'a stuck delivery', aStuckDelivery, /^I5: the delivery dlv_1 is still sending/),
  planted(11, 'a second send', once, [[1], [1, 2]], /^one request: 2/),
  planted(11, 'a rule that was made twice', madeOnce, [[1], [1, 2]], /^one followup/),
  plantedInARun(11, 'a row that nobody looks at again', aStuckDelivery, /^I5: the delivery dlv_1 is still sending/),
  planted(
    12,
    'an internal error',
    (status: number, report) => answered({ status }, 202, report),
    [503, 500],
    /^202 or 503/,
  ),
  planted(
    12,
    'a rule without its audit entry',
    noHalfWrites,
    [written, { ...written, rules: [{ ...rule, audited: 1 }, ...written.rules.slice(1)] }],
    /^an audit entry for each/,
  ),
  planted(
    12,
    'a rule without its channel',
    noHalfWrites,
    [written, { ...written, rules: [{ ...rule, isAssigned: false }, ...written.rules.slice(1)] }],
    /^every rule is on its channel/,
  ),
  planted(
    12,
    'a change without a plan revision',
    noHalfWrites,
    [written, { ...written, planRevision: 2 }],
    /^a plan revision for each/,
  ),
  planted(
    12,
    'a change that was answered and is not there',
    noHalfWrites,
    [written, { ...written, answered: { flw_3: 1 } }],
    /^what was answered as done/,
  ),
  plantedInARun(
    12,
    'a lost event',
    (facts) => facts.events.push(event({ id: 'm-9', atMs: anchorMs + 1 })),
    /^I3: the message m-9/,
  ),
];
