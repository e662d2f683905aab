import { sleep } from '../../support/eventually';
import { forms } from '../installation/installation';
import type { Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { killAll, startAll } from './support/all';

const delaySeconds = 5;

/** Fails when a followup whose timer passed while there was no Temporal is lost or doubled. */
export const row: Row = {
  number: 6,
  fault: 'Temporal is down at the due time',
  forms,
  async run(installation, report) {
    const { temporal, workers, form } = installation;
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId, { delaySeconds });
    const chats = Array.from({ length: 10 }, () => world.conversation(channelId));
    await Promise.all(chats.map((chat) => chat.says('agent')));
    const dueByMs = Date.now() + delaySeconds * 1_000;
    // Embedded its one process would start it again at once.
    if (form === 'embedded') await killAll(workers);
    await temporal.kill();
    await sleep(dueByMs + 2_000 - Date.now());
    report.must(
      'nothing sent without Temporal',
      chats.every((chat) => chat.requests().length === 0),
    );
    if (form === 'embedded') await startAll(workers);
    else await temporal.start();
    const backAtMs = Date.now();
    for (const chat of chats) {
      world.mustBeSent(chat, followupId, 'the user was silent');
      const [request] = await chat.received(1);
      report.must('sent late', (request?.atMs ?? 0) > dueByMs, request?.atMs);
    }
    report.note('all sent after ms', Date.now() - backAtMs);
    report.count('requests', chats.flatMap((chat) => chat.requests()).length);
    await judge(world, report);
  },
};
