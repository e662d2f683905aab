import { randomUUID } from 'node:crypto';
import { withDeadline } from '../../../src/deadline';
import { forms } from '../installation/installation';
import type { Judging, Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { wasSent } from './support/attempts';
import { once } from './support/once';

/** The writes of a session and of a send, each known by its text, and a COMMIT by what its transaction did before. */
const writes: Record<string, [statement: RegExp, within?: RegExp]> = {
  'the opening': [/^commit/i, /insert into "sessions"/i],
  'the claim': [/insert into delivery_attempts/i],
  'the mark sending': [/update delivery_attempts set asked_at/i],
  'the end of the fence': [/^commit/i, /pg_advisory_xact_lock\(/i],
  'the mark sent, with the outcome of its attempt': [/update delivery_attempts set outcome = 'sent'/i],
};

/** Fails when a write whose answer was lost is lost, doubled, or keeps the followup from being sent once. */
export const row: Row = {
  number: 11,
  fault: 'COMMIT done, answer lost',
  forms,
  settings: { databaseProxy: true },
  async run(installation, report) {
    const proxy = installation.databaseProxy;
    if (!proxy) throw new Error('This row needs the proxy.');
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId);
    for (const [what, cutAt] of Object.entries(writes)) {
      const chat = world.conversation(channelId);
      world.mustBeSent(chat, followupId, 'the user was silent');
      const cut = proxy.cutAfter(...cutAt);
      await chat.says('agent');
      await withDeadline(`The cut after ${what}`, 60_000, cut);
      report.count('lines cut');
      await chat.received(1, 90_000);
      await chat.delivery(`a send after ${what}`, (delivery) => delivery.status === 'sent' || wasSent(delivery));
      once(chat.requests(), report, ` after ${what}`);
    }
    await makeOnce(world, channelId, report, proxy);
    await judge(world, report);
  },
};

/** A creation whose COMMIT was not answered is asked for again with its key: there is one. */
async function makeOnce(
  world: World,
  channelId: string,
  report: Parameters<Row['run']>[1],
  proxy: NonNullable<Parameters<Row['run']>[0]['databaseProxy']>,
): Promise<void> {
  const title = `Once ${randomUUID()}`;
  const cut = proxy.cutAfter(/^commit/i, /insert into "followups"/i);
  await world.makeFollowup(channelId, { title, delaySeconds: 3_600 });
  await withDeadline('The cut after a creation', 30_000, cut);
  const found = await world.installation.sql`select id from followups where title = ${title}`;
  madeOnce(found, report);
  report.count('lines cut');
}

/** One that was asked for with the same key again, and no second one. */
export const madeOnce = (rows: readonly unknown[], report: Judging): void =>
  report.must('one followup', rows.length === 1, rows.length);
