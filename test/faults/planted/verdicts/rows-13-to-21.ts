import { jittered, pausedAsDocumented, signedAnew } from '../../rows/13-gateway-fails-then-answers';
import { givenUpInTime, onlyItsBeginning } from '../../rows/14-gateway-hangs-drips-floods';
import { pausedAsAsked } from '../../rows/15-retry-after';
import { nobodyCame, notFollowed } from '../../rows/16-redirects';
import { refused } from '../../rows/17-refusals';
import { notRepeated } from '../../rows/18-accepted-then-reset';
import { blocked, onlyTheAllowed } from '../../rows/19-addresses-of-this-network';
import { countedOnce } from '../../rows/20-the-same-event-fifty-times';
import { changesNothing, latestCounts, opensNothing, sameOutcome } from '../../rows/21-out-of-order';
import { once } from '../../rows/support/once';
import { repeatedAlike } from '../../rows/support/repeated';
import { type Planted, planted, plantedInARun } from './planted';

const sent = { webhookId: 'dlv_1', body: '{}', verified: true };
const first = { ...sent, timestamp: '1000', signature: 'v1,a', atMs: 1_000_000 };
const second = { ...sent, timestamp: '1002', signature: 'v1,b', atMs: 1_002_000 };
const pauses = { pauses: [1_000, 2_000], readAtMs: [0, 1_050, 3_080] };
const asked = { what: 'Retry-After: 3', pauses: [3_100], from: 3_000, to: 3_200 };
const attempt = (outcome: string, httpStatus: number | null) => ({
  ...{ attempt: 1, askedAt: 'then', sendingAt: 'then', outcome, httpStatus },
});
const redirected = {
  ...{ what: '302 to file:///etc/passwd', status: 302, ids: ['dlv_1', 'dlv_1'] },
  delivery: {
    ...{ id: 'dlv_1', sessionId: 'ses_1', followupId: 'flw_1', status: 'sent', reason: 'sent' },
    attempts: [attempt('failed', 302), attempt('sent', 200)],
  },
};
const rejected = {
  ...{ what: '400', reason: 'gateway_rejected', attempts: 'rejected', requests: [1] },
  wanted: { reason: 'gateway_rejected', attempts: 'rejected' },
};
const lost = { attempts: 'lost', requests: [1] };
const address = { url: 'http://0x0/', reason: 'endpoint_blocked', attempts: 'blocked' };
const repeated = {
  runs: 1,
  signals: 1,
  anchorAt: '2026-11-23T10:00:00.000Z',
  lastAgentMessageAt: '2026-11-23T10:00:00.000Z',
};
const session = { armed: true, lastUserMessageAt: null };

export const rows13To21: Planted[] = [
  planted(
    13,
    'an old timestamp, signed again',
    signedAnew,
    [
      [first, second],
      [first, { ...second, timestamp: '1000', atMs: 1_007_000 }],
    ],
    /^(the time of this attempt|another timestamp)/,
  ),
  planted(
    13,
    'another id',
    signedAnew,
    [
      [first, second],
      [first, { ...second, webhookId: 'dlv_2' }],
    ],
    /^one webhook-id/,
  ),
  planted(
    13,
    'a signature that does not verify',
    signedAnew,
    [
      [first, second],
      [first, { ...second, verified: false }],
    ],
    /^every signature verifies/,
  ),
  planted(
    13,
    'a pause that does not grow',
    pausedAsDocumented,
    [pauses, { ...pauses, pauses: [1_000, 1_000] }],
    /^pause 2 is 2000 ms/,
  ),
  planted(
    13,
    'an attempt that does not wait',
    pausedAsDocumented,
    [pauses, { ...pauses, readAtMs: [0, 500, 3_080] }],
    /^the next attempt waits/,
  ),
  planted(
    13,
    'no jitter',
    jittered,
    [
      [1_000, 1_100],
      [1_000, 1_000],
    ],
    /^not all pauses are alike/,
  ),
  planted(14, 'an answer that is waited for', givenUpInTime, [10_000, 60_000], /^given up after 10 s/),
  planted(14, 'a gigabyte that is read', onlyItsBeginning, [[2 ** 20], [2 ** 30]], /^its beginning is read/),
  planted(14, 'a second request', onlyItsBeginning, [[2 ** 20], [2 ** 20, 2 ** 20]], /^one request to the flood/),
  planted(
    15,
    'a wish that is not heard',
    pausedAsAsked,
    [asked, { ...asked, pauses: [1_000] }],
    /a pause of 3000 to 3200 ms/,
  ),
  planted(15, 'a second pause', pausedAsAsked, [asked, { ...asked, pauses: [3_100, 3_100] }], /one pause/),
  planted(
    16,
    'a redirect that is followed',
    notFollowed,
    [redirected, { ...redirected, ids: ['dlv_1'] }],
    /one request for each attempt/,
  ),
  planted(
    16,
    'a redirect that is taken for success',
    notFollowed,
    [redirected, { ...redirected, delivery: { ...redirected.delivery, attempts: [attempt('sent', 302)] } }],
    /failed, then sent/,
  ),
  planted(
    16,
    'another id',
    notFollowed,
    [redirected, { ...redirected, ids: ['dlv_1', 'dlv_2'] }],
    /the same webhook-id/,
  ),
  planted(16, 'a visit where it leads', nobodyCame, [0, 1], /^nobody came/),
  planted(
    17,
    'a refusal that is tried again',
    refused,
    [rejected, { ...rejected, attempts: 'rejected, sent', requests: [1, 2] }],
    /one (attempt|request)/,
  ),
  planted(
    17,
    'another reason',
    refused,
    [rejected, { ...rejected, reason: 'gateway_failed' }],
    /gateway_rejected: 'gateway_failed'/,
  ),
  planted(
    18,
    'a repetition that is forbidden',
    notRepeated,
    [lost, { attempts: 'lost, sent', requests: [1, 2] }],
    /^(lost, and no more|one request where)/,
  ),
  planted(
    18,
    'a repetition with another id',
    repeatedAlike,
    [
      [sent, sent],
      [sent, { ...sent, webhookId: 'dlv_2' }],
    ],
    /^one webhook-id/,
  ),
  plantedInARun(
    18,
    'a repetition that only the rows know of',
    (facts) => {
      for (const delivery of facts.deliveries) delivery.neverRepeat = true;
      facts.attempts.push(...facts.attempts.map((before) => ({ ...before, attempt: 2 })));
    },
    /^I1: attempt 2 of dlv_1 repeats/,
  ),
  planted(
    19,
    'an address that is reached',
    blocked,
    [address, { ...address, reason: 'sent', attempts: 'sent' }],
    /(endpoint_blocked|one attempt, blocked)/,
  ),
  planted(
    19,
    'a name that is asked for again',
    onlyTheAllowed,
    [['127.0.0.1'], ['127.0.0.1', '127.0.0.2']],
    /^nothing else was connected to/,
  ),
  planted(
    20,
    'a repetition that is kept',
    countedOnce,
    [repeated, { ...repeated, signals: 2 }],
    /^one signal in each run/,
  ),
  planted(
    20,
    'a silence that begins anew',
    countedOnce,
    [repeated, { ...repeated, lastAgentMessageAt: '2026-11-23T10:00:09.000Z' }],
    /^the silence began once/,
  ),
  planted(20, 'a second send', once, [[1], [1, 2]], /^one request: 2/),
  planted(
    21,
    'an order that leads elsewhere',
    sameOutcome,
    [
      ['sent', 'sent'],
      ['sent', 'skipped'],
    ],
    /^every order/,
  ),
  planted(
    21,
    'the last report instead of the latest time',
    (seen: object, report) => latestCounts(seen, session, report),
    [session, { ...session, armed: false }],
    /^the latest time of each sender/,
  ),
  planted(
    21,
    'a late message that disarms',
    changesNothing,
    [
      { before: session, after: session },
      { before: session, after: { armed: false } },
    ],
    /^a late message arms/,
  ),
  planted(21, 'a late message that opens a session', opensNothing, [[1], [1, 2]], /^what comes after the end/),
];
