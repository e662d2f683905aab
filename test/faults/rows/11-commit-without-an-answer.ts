import { randomUUID } from 'node:crypto';
import { withDeadline } from '../../../src/deadline';
import { forms } from '../installation/installation';
import type { Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { wasSent } from './support/attempts';

/** The writes of a session and of a send, each known by its text. */
const writes: Record<string, RegExp> = {
  'the claim': /insert into delivery_attempts/i,
  'the mark sending': /update delivery_attempts set asked_at/i,
  'the mark sent': /update "deliveries" set.*"gateway_message_id"/is,
  'the outcome of the attempt': /update delivery_attempts set outcome/i,
  'the end of the fence, or of the opening': /^commit/i,
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
    for (const [what, statement] of Object.entries(writes)) {
      const chat = world.conversation(channelId);
      world.mustBeSent(chat, followupId, 'the user was silent');
      const cut = proxy.cutAfter(statement);
      await chat.says('agent');
      await withDeadline(`The cut after ${what}`, 60_000, cut);
      report.count('lines cut');
      await chat.received(1, 90_000);
      await chat.delivery(`a send after ${what}`, (delivery) => delivery.status === 'sent' || wasSent(delivery));
      report.must(`one request after ${what}`, chat.requests().length === 1, chat.requests().length);
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
  const cut = proxy.cutAfter(/^commit/i);
  await world.makeFollowup(channelId, { title, delaySeconds: 3_600 });
  await withDeadline('The cut after a creation', 30_000, cut);
  const found = await world.installation.sql`select id from followups where title = ${title}`;
  report.must('one followup', found.length === 1, found.length);
  report.count('lines cut');
}
