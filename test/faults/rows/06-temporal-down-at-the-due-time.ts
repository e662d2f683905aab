import { sleep } from '../../support/eventually';
import type { LedgerEntry } from '../gateway/script';
import { forms } from '../installation/installation';
import type { Judging, Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { killAll, startAll } from './support/all';
import { none, once } from './support/once';

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
    for (const chat of chats) none(chat.requests(), report, 'without Temporal');
    if (form === 'embedded') await startAll(workers);
    else await temporal.start();
    const backAtMs = Date.now();
    for (const chat of chats) {
      world.mustBeSent(chat, followupId, 'the user was silent');
      await chat.received(1);
    }
    report.note('all sent after ms', Date.now() - backAtMs);
    await judge(world, report);
    for (const chat of chats) onceLate(chat.requests(), dueByMs, report);
    report.count('requests', chats.flatMap((chat) => chat.requests()).length);
  },
};

/** What was due while there was no Temporal: once, and after it. */
export function onceLate(requests: Pick<LedgerEntry, 'atMs'>[], dueByMs: number, report: Judging): void {
  once(requests, report);
  report.must(
    'sent late',
    requests.every(({ atMs }) => atMs > dueByMs),
    { requests, dueByMs },
  );
}
