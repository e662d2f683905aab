import { request } from '../../checker/clean-run';
import { neverItsFault, refusedAs } from '../../rows/32-malformed-requests';
import { keptToTheLimit } from '../../rows/33-large-bodies';
import { answeredWith, notFound } from '../../rows/34-who-may-what';
import { madeOrRunning, oneAgent, refusesOthers, sameAnswer, stillRunning } from '../../rows/35-idempotency-keys';
import { handedOver, replays } from '../../rows/36-a-new-version';
import { givenUpAsUnknown, settled } from '../../rows/37-an-operator-intervenes';
import { goesOn } from '../../rows/38-bad-payloads';
import { once } from '../../rows/support/once';
import { type Planted, planted, plantedInARun } from './planted';

const type = 'application/problem+json; charset=utf-8';
const malformed = { what: '__proto__', wanted: 400, status: 400, type, body: { status: 400, detail: 'No.' } };
const generated = { what: 'POST /v1/agents with ""', status: 400, type };
const large = { what: '65537 bytes', isRead: false, status: 413 };
const byScope = { what: 'GET /v1/audit', wanted: [403, 200], statuses: [403, 200] };
const unknownId = { what: 'GET /v1/agents/42', status: 404, body: { code: 'not_found' } };
const told = (status: number, headers = {}) => ({ status, headers: new Headers(headers) });
const running = told(409, { 'retry-after': '1' });
const another = { what: '422 with another body', status: 422 };
const upgraded = { code: 0, failed: [], attempts: ['failed, failed, failed, failed, sent'] };
const attempt = { attempt: 1, askedAt: 'then', sendingAt: 'then', outcome: null, httpStatus: null };
const givenUp = [{ status: 'unknown', attempts: [attempt] }];
const ended = { endedBy: 'operator', deliveries: [{ status: 'unknown' }], requests: [1] };
const wellAfter = { setAside: 17, wanted: 17, status: 'RUNNING', failed: [] };

export const rows32To38: Planted[] = [
  planted(
    32,
    'a malformed body that is taken',
    refusedAs,
    [malformed, { ...malformed, status: 201 }],
    /^__proto__: 400, and a problem/,
  ),
  planted(
    32,
    'a refusal that is no problem',
    refusedAs,
    [malformed, { ...malformed, type: 'text/html' }],
    /^__proto__: 400, and a problem/,
  ),
  planted(32, 'an internal error', neverItsFault, [generated, { ...generated, status: 500 }], /no 5xx/),
  planted(32, 'no answer', neverItsFault, [generated, { ...generated, status: 0 }], /no 5xx/),
  planted(33, 'a large body that is taken', keptToTheLimit, [large, { ...large, status: 201 }], /^65537 bytes: 413/),
  planted(
    33,
    'a connection that is cut instead of an answer',
    keptToTheLimit,
    [large, { ...large, status: 'ECONNRESET' }],
    /^65537 bytes: 413/,
  ),
  planted(
    34,
    'a key of another scope that is let in',
    answeredWith,
    [byScope, { ...byScope, statuses: [200, 200] }],
    /^GET \/v1\/audit: 403, 200/,
  ),
  planted(
    34,
    'an unknown id that is found',
    notFound,
    [unknownId, { ...unknownId, status: 200, body: {} }],
    /: 404, not_found/,
  ),
  planted(35, 'a second agent', oneAgent, [[1], [1, 2]], /^one agent/),
  planted(
    35,
    'another answer',
    sameAnswer,
    [
      ['a', 'a'],
      ['a', 'b'],
    ],
    /^the same answer to all/,
  ),
  planted(
    35,
    'a request that passes for the first',
    refusesOthers,
    [another, { ...another, status: 201 }],
    /^422 with another body/,
  ),
  planted(
    35,
    'a second request that is let through',
    stillRunning,
    [running, told(201, { 'retry-after': '1' })],
    /^409 while the first one runs/,
  ),
  planted(
    35,
    'a 409 that does not say when to ask again',
    madeOrRunning,
    [
      [told(201), running],
      [told(201), told(409)],
    ],
    /^409 says when/,
  ),
  planted(35, 'nothing made', madeOrRunning, [[told(201), running], [running]], /^one was made/),
  planted(
    36,
    'a history that does not replay',
    replays,
    [
      { replayed: 9, errors: [] },
      { replayed: 9, errors: ['non-determinism'] },
    ],
    /^every stored history replays/,
  ),
  planted(
    36,
    'no history at all',
    replays,
    [
      { replayed: 9, errors: [] },
      { replayed: 0, errors: [] },
    ],
    /^there are histories/,
  ),
  planted(
    36,
    'a workflow task that fails',
    handedOver,
    [upgraded, { ...upgraded, failed: ['1: non-determinism'] }],
    /^no workflow task failed/,
  ),
  planted(
    36,
    'attempts that are begun anew',
    handedOver,
    [upgraded, { ...upgraded, attempts: ['failed, sent'] }],
    /^the attempts of both/,
  ),
  planted(
    36,
    'an old worker that crashes',
    handedOver,
    [upgraded, { ...upgraded, code: 1 }],
    /^the old worker ends in order/,
  ),
  plantedInARun(
    36,
    'a second send',
    (facts) => facts.requests.push(request({ webhookId: 'dlv_other' })),
    /^I1: 2 webhook-ids/,
  ),
  planted(37, 'a second send after a reset', once, [[1], [1, 2]], /^one request: 2/),
  planted(
    37,
    'a stuck delivery',
    settled,
    [ended, { ...ended, deliveries: [{ status: 'sending' }] }],
    /^no delivery is left pending/,
  ),
  planted(
    37,
    'a session that somebody else has ended',
    settled,
    [ended, { ...ended, endedBy: 'idle' }],
    /^ended by the operator/,
  ),
  planted(37, 'a send after a termination', settled, [ended, { ...ended, requests: [1, 2] }], /^one request at most/),
  planted(
    37,
    'an attempt that is said not to have been',
    givenUpAsUnknown,
    [givenUp, [{ status: 'skipped', attempts: [attempt] }]],
    /^one delivery, unknown/,
  ),
  planted(
    37,
    'an attempt that its worker finished after all',
    givenUpAsUnknown,
    [givenUp, [{ status: 'unknown', attempts: [{ ...attempt, outcome: 'lost' }] }]],
    /^an attempt that nobody finished/,
  ),
  plantedInARun(
    37,
    'a session that nobody ended',
    (facts) => {
      for (const session of facts.sessions) session.status = 'open';
    },
    /^I5: the session ses_1 is open/,
  ),
  planted(
    38,
    'a payload that goes uncounted',
    goesOn,
    [wellAfter, { ...wellAfter, setAside: 16 }],
    /^each is counted once/,
  ),
  planted(
    38,
    'a session that a payload has ended',
    goesOn,
    [wellAfter, { ...wellAfter, status: 'FAILED' }],
    /^the session goes on/,
  ),
  planted(
    38,
    'a workflow task that fails',
    goesOn,
    [wellAfter, { ...wellAfter, failed: ['1: no JSON'] }],
    /^no workflow task failed/,
  ),
];
