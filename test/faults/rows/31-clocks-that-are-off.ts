import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEntry } from '../gateway/script';
import { forms } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { outcomes, wasSent } from './support/attempts';
import { followupSays } from './support/followup-says';
import { once } from './support/once';
import { ownChannel } from './support/own-channel';

const offByMs = 10 * 60_000;
const clockFile = join(tmpdir(), `followups-faults-clock-${process.pid}.json`);

/** The programs that send: embedded it is the one program, API included. */
function setClocks(byMs: number): void {
  writeFileSync(clockFile, JSON.stringify({ 'worker.js': byMs, 'main.js': byMs }));
}

/**
 * Fails when a gateway can be told an old time as a fresh one, when what it refused is lost, or when a clock that jumps
 * has anything sent again.
 */
export const row: Row = {
  number: 31,
  fault: 'clocks ten minutes off',
  forms,
  settings: {
    environment: {
      NODE_OPTIONS: `--require=${JSON.stringify(join(__dirname, 'support', 'shifted-clock.cjs'))}`,
      SHIFTED_CLOCK: clockFile,
    },
  },
  async run(installation, report) {
    const world = new World(installation);
    try {
      for (const byMs of [offByMs, -offByMs]) await whileOff(world, byMs, report);
      await judge(world, report);
    } finally {
      rmSync(clockFile, { force: true });
    }
  },
};

async function whileOff(world: World, byMs: number, report: RowReport): Promise<void> {
  const { gateway } = world.installation;
  const followup = { delaySeconds: 8 };
  const [strict, careless, cautious] = await Promise.all([
    ownChannel(world, { followup }),
    ownChannel(world, { followup }),
    ownChannel(world, { followup, channel: { ambiguousSend: 'never_repeat' } }),
  ]);
  const channels = [strict, careless, cautious];
  for (const { chat, followupId } of channels) world.mustBeSent(chat, followupId, 'the user was silent');
  // What a gateway does that keeps to the specification: a timestamp that is five minutes off is refused.
  await gateway.script(
    strict.chat.id,
    Array.from({ length: 50 }, () => ({ status: 401 })),
  );
  await gateway.script(cautious.chat.id, [{ manner: 'reset' }]);
  await Promise.all(channels.map(({ chat }) => chat.says('agent')));
  await Promise.all(channels.map(({ chat, followupId }) => followupSays(chat, followupId, 'waiting', 'waiting')));
  setClocks(byMs);

  const refused = await strict.chat.received(2, 120_000);
  for (const request of refused) {
    signedAtAnotherTime({ ...request, byMs }, report);
    report.count('signatures refused');
  }
  await careless.chat.delivery('a send', wasSent);
  await followupSays(cautious.chat, cautious.followupId, 'unknown', 'unknown');

  setClocks(0);
  await gateway.script(strict.chat.id, []);
  const delivery = await strict.chat.delivery('a send', wasSent, 120_000);
  const requests = strict.chat.requests();
  report.must('failed …, sent', /^(failed, )+sent$/.test(outcomes(delivery)), outcomes(delivery));
  report.must('one webhook-id', new Set(requests.map(({ webhookId }) => webhookId)).size === 1, requests);
  report.must('the last signature verifies', requests.at(-1)?.verified === true, requests.at(-1));
  acceptedOnce(requests, report);

  // Another silence, by the right clock again: each of them is spent.
  for (const { chat } of channels) {
    await chat.says('user');
    await chat.says('agent');
  }
  await followupSays(strict.chat, strict.followupId, 'sent', 'sent');
  await followupSays(careless.chat, careless.followupId, 'sent', 'sent');
  await followupSays(cautious.chat, cautious.followupId, 'unknown', 'unknown');
  for (const { chat } of [careless, cautious]) {
    once(chat.requests(), report, ', whatever its clock says');
  }
  report.count('clocks set');
}

type Timed = Pick<LedgerEntry, 'verified' | 'timestamp' | 'atMs'> & { byMs: number };

/** Its timestamp is that of the clock that is off, and whoever verifies it by a right one refuses it. */
export function signedAtAnotherTime({ verified, timestamp, atMs, byMs }: Timed, report: Judging): void {
  const offMs = Number(timestamp) * 1_000 - atMs;
  report.must('its clock is off', Math.abs(offMs - byMs) < 60_000, { offMs, byMs });
  report.must('a signature of another time does not verify', verified === false, { verified, timestamp });
}

/** The gateway has answered 200 to one of them. */
export function acceptedOnce(requests: readonly Pick<LedgerEntry, 'step'>[], report: Judging): void {
  const accepted = requests.filter(({ step }) => step.status === undefined);
  report.must('accepted once', accepted.length === 1, accepted);
}
