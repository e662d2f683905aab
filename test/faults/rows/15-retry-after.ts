import { forms } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { outcomes, wasSent } from './support/attempts';
import { followupSays } from './support/followup-says';
import { ownChannel } from './support/own-channel';
import { pausesBetweenAttempts } from './support/pauses';

/** Without a word from the gateway the first pause is a second, give or take 20 %. */
const plain: [number, number] = [800, 1_200];
const hourMs = 3_600_000;
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toUTCString();

/** What is asked for, and the pause that comes of it in ms; null: it is too long to be waited for. */
const cases: { retryAfter: () => string; status: number; pause: [number, number]; waits?: false }[] = [
  { retryAfter: () => '3', status: 429, pause: [3_000, 3_200] },
  { retryAfter: () => '0', status: 503, pause: plain },
  { retryAfter: () => '-5', status: 429, pause: plain },
  // From the answer to the date: it has whole seconds, and the answer comes a little after the script.
  { retryAfter: () => inSeconds(15), status: 503, pause: [800, 15_200] },
  { retryAfter: () => inSeconds(-3_600), status: 429, pause: plain },
  { retryAfter: () => 'in a while', status: 503, pause: plain },
  { retryAfter: () => '1e9', status: 429, pause: plain },
  { retryAfter: () => '', status: 503, pause: plain },
  { retryAfter: () => '1000000000', status: 429, pause: [hourMs, hourMs + 200], waits: false },
  { retryAfter: () => '9'.repeat(400), status: 503, pause: [hourMs, hourMs + 200], waits: false },
  { retryAfter: () => inSeconds(86_400), status: 429, pause: [hourMs, hourMs + 200], waits: false },
];

/** Fails when a gateway's wish is not heard, when junk is, or when a pause is longer than an hour. */
export const row: Row = {
  number: 15,
  fault: '429/503 with Retry-After as seconds, date, junk, 1e9',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    await Promise.all(cases.map((one) => asked(world, one, report)));
    await judge(world, report);
  },
};

async function asked(
  world: World,
  { retryAfter, status, pause: [from, to], waits }: (typeof cases)[number],
  report: RowReport,
): Promise<void> {
  const { installation } = world;
  // It must not be too late before an hour has passed.
  const { followupId, chat } = await ownChannel(world, { followup: { maxLatenessSeconds: 86_400 } });
  world.mustBeSent(chat, followupId, 'the gateway was asked at least once');
  const value = retryAfter();
  const what = `Retry-After: ${value.slice(0, 40)}`;
  await installation.gateway.script(chat.id, [{ status, headers: { 'retry-after': value } }]);
  await chat.says('agent');
  if (waits === false) {
    const { sendAt } = await followupSays(chat, followupId, 'sending', 'retrying');
    const inMs = Date.parse(sendAt) - Date.now();
    report.must(`${what}: the next attempt is shown within the hour`, inMs > hourMs - 120_000 && inMs <= hourMs + 200, {
      inMs,
    });
  } else {
    const delivery = await chat.delivery('a send', wasSent);
    report.must(`${what}: failed, then sent`, outcomes(delivery) === 'failed, sent', outcomes(delivery));
  }
  const pauses = await pausesBetweenAttempts(installation, chat);
  pausedAsAsked({ what, pauses, from, to }, report);
  if (waits === false) {
    await chat.ends();
    const given = await chat.delivery('the end', ({ status: now }) => now === 'failed');
    report.must(`${what}: gateway_failed`, given.reason === 'gateway_failed', given);
  } else if (/GMT$/.test(value)) {
    const second = chat.requests()[1];
    report.must(`${what}: not before that date`, (second?.atMs ?? 0) >= Date.parse(value), second?.atMs);
  }
  report.count('wishes');
}

type Pauses = { what: string; pauses: readonly number[]; from: number; to: number };

/** One pause, as long as the gateway has asked for, or may ask for. In milliseconds. */
export function pausedAsAsked({ what, pauses, from, to }: Pauses, report: Judging): void {
  const [pauseMs = -1, ...others] = pauses;
  report.must(`${what}: a pause of ${from} to ${to} ms`, pauseMs >= from - 2 && pauseMs <= to + 2, pauseMs);
  report.must(`${what}: one pause`, others.length === 0, others);
}
