import { reply, request } from '../../checker/clean-run';
import { noBlast, refusedForItsTime } from '../../rows/22-strange-times';
import { raced } from '../../rows/23-the-reply-races-the-timer';
import { allKept, lateAtMost } from '../../rows/24-thousands-of-messages';
import { refusedPastTheLimit } from '../../rows/25-past-the-signals-of-a-run';
import { opensNoSession, racedTheEnd } from '../../rows/26-messages-race-the-end';
import { carriedOver, waited } from '../../rows/27-continue-as-new-during-a-send';
import { nothingBegunAfter, oneWins, rolledOut } from '../../rows/28-a-rule-edit-races-its-timer';
import { zoneKept, zoneRefused } from '../../rows/29-zones-that-are-none';
import { onceAt } from '../../rows/30-daylight-saving';
import { acceptedOnce, signedAtAnotherTime } from '../../rows/31-clocks-that-are-off';
import { wroteNothing } from '../../rows/support/frozen-in-the-fence';
import { once } from '../../rows/support/once';
import { type Planted, planted, plantedInARun } from './planted';

const problem = (path: string, code: string, message = '') => ({ errors: [{ path, code, message }] });
const old = { at: new Date(0), code: 'too_old', status: 422, body: problem('at', 'too_old') };
const races = { races: 200, sent: 100, freezes: [3_300, 100, 3_900, 200, 4_000] };
const marked = { attempt: 1, askedAt: 'then', sendingAt: 'then', outcome: 'withheld', httpStatus: null };
const lostFence = { attempts: [marked], requests: [] as unknown[] };
const run = { runId: 'run-1', historyLength: 4_002 };
const carried = { status: 'sent', lastMs: 5, reportedMs: 5 };
const begun = { attempt: 1, askedAt: null, sendingAt: '1970-01-01T00:00:00.400Z', outcome: 'sent', httpStatus: 200 };
const edited = { committedAtMs: 500, attempts: [begun], requests: [1] };
const zone = {
  zone: 'local',
  status: 422,
  body: problem('identity.timeZone', 'invalid', 'for example "Europe/Madrid"'),
};
const opening = { what: 'Europe/Madrid', wantedMs: 7_200_000, sentAtMs: [7_200_000] };
const signed = { verified: false, timestamp: '1600', atMs: 1_000_000, byMs: 600_000 };

export const rows22To31: Planted[] = [
  planted(
    22,
    'a followup to an old silence',
    noBlast,
    [
      { sent: 10, fresh: 10 },
      { sent: 11, fresh: 10 },
    ],
    /no blast/,
  ),
  planted(
    22,
    'a time of 1970 that is taken',
    refusedForItsTime,
    [old, { ...old, status: 202, body: {} }],
    /422, too_old/,
  ),
  plantedInARun(
    23,
    'a send after a reply',
    (facts) => facts.requests.splice(0, 1, request({ readAtMs: 9_015, notBeforeMs: 9_010 })),
    /^I4: dlv_1 began 10\.0 ms after the 202/,
  ),
  plantedInARun(
    23,
    'a question after a reply that was signalled',
    (facts) => {
      facts.events.splice(1, 1, { ...reply, way: 'signal' });
      for (const attempt of facts.attempts) attempt.askedAtMs = (reply.acknowledgedAtMs ?? 0) + 1;
    },
    /^I4: attempt 1 of dlv_1 asked after/,
  ),
  planted(
    23,
    'a sender that lost its fence and writes',
    wroteNothing,
    [lostFence, { ...lostFence, requests: [1] }],
    /^no request on an old answer/,
  ),
  planted(23, 'no race', raced, [races, { ...races, sent: 0 }], /^both came to pass/),
  planted(
    23,
    'no freeze past the time limit of the lock',
    raced,
    [races, { ...races, freezes: [100, 200, 300] }],
    /^several freezes past/,
  ),
  planted(
    24,
    'a lost message',
    allKept,
    [
      { kept: 1_500, messages: 1_500 },
      { kept: 1_499, messages: 1_500 },
    ],
    /^every message is in a history/,
  ),
  planted(24, 'another session that waits', lateAtMost, [900, 45_000], /^others at most/),
  planted(
    25,
    'a failure that no gateway tries again',
    refusedPastTheLimit,
    [
      [202, 429],
      [202, 429, 500],
    ],
    /^202, 429 or 503/,
  ),
  planted(
    25,
    'a run that takes more than it can',
    refusedPastTheLimit,
    [
      [202, 503],
      [202, 202],
    ],
    /^some were refused/,
  ),
  plantedInARun(25, 'a lost event', (facts) => facts.signals.splice(1, 1), /^I3: the message m-2/),
  planted(
    26,
    'no race',
    racedTheEnd,
    [
      { races: 150, carriedOn: 70 },
      { races: 150, carriedOn: 0 },
    ],
    /^there were races/,
  ),
  planted(
    26,
    'a session for a late event',
    opensNoSession,
    [
      { before: 1, after: 1 },
      { before: 1, after: 2 },
    ],
    /^a late event opens no session/,
  ),
  plantedInARun(26, 'a lost event', (facts) => facts.signals.splice(0, 1), /^I3: the message m-1/),
  planted(
    27,
    'a run that is left during its attempt',
    waited,
    [
      { sending: run, held: run },
      { sending: run, held: { ...run, runId: 'run-2' } },
    ],
    /^the run waits/,
  ),
  planted(
    27,
    'a run that did not come to its limit',
    waited,
    [
      { sending: run, held: run },
      { sending: run, held: { ...run, historyLength: 90 } },
    ],
    /^the limit was passed/,
  ),
  planted(
    27,
    'a run that forgets what was sent',
    carriedOver,
    [carried, { ...carried, status: 'waiting' }],
    /^the next run knows what was sent/,
  ),
  planted(
    27,
    'a run that forgets a message',
    carriedOver,
    [carried, { ...carried, lastMs: 4 }],
    /^the next run knows the last message/,
  ),
  planted(27, 'a second send', once, [[1], [1, 2]], /^one request: 2/),
  planted(
    28,
    'a send after the edit',
    nothingBegunAfter,
    [edited, { ...edited, committedAtMs: 300 }],
    /^nothing begins after the edit/,
  ),
  planted(28, 'a second send', nothingBegunAfter, [edited, { ...edited, requests: [1, 2] }], /^one request at most/),
  planted(
    28,
    'a stale edit that is taken',
    oneWins,
    [
      [412, 200],
      [200, 200],
    ],
    /^one 200, one 412/,
  ),
  planted(
    28,
    'a change that no session hears of',
    rolledOut,
    [
      { plan: 2, rolledOut: 2 },
      { plan: 2, rolledOut: 1 },
    ],
    /^the change was rolled out/,
  ),
  planted(
    29,
    'a zone that is taken',
    zoneRefused,
    [zone, { ...zone, status: 201, body: {} }],
    /^422 for the zone "local"/,
  ),
  planted(
    29,
    'a refusal that does not say what to do',
    zoneRefused,
    [zone, { ...zone, body: problem('identity.timeZone', 'invalid', 'No.') }],
    /and what to do/,
  ),
  planted(
    29,
    'a zone in the place of another',
    zoneKept,
    [{ timeZone: 'Europe/Madrid' }, { timeZone: 'local' }],
    /^the zone before is kept/,
  ),
  planted(30, 'a send an hour late', onceAt, [opening, { ...opening, sentAtMs: [10_800_000] }], /sent once, at/),
  planted(
    30,
    'a second send in the hour that comes twice',
    onceAt,
    [opening, { ...opening, sentAtMs: [7_200_000, 10_800_000] }],
    /sent once, at/,
  ),
  planted(
    31,
    'an old time that verifies',
    signedAtAnotherTime,
    [signed, { ...signed, verified: true }],
    /^a signature of another time/,
  ),
  planted(
    31,
    'a clock that is right',
    signedAtAnotherTime,
    [signed, { ...signed, timestamp: '1000' }],
    /^its clock is off/,
  ),
  planted(
    31,
    'a second send',
    acceptedOnce,
    [
      [{ step: { status: 401 } }, { step: {} }],
      [{ step: {} }, { step: {} }],
    ],
    /^accepted once/,
  ),
];
