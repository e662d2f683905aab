import { eventually, sleep } from '../../support/eventually';
import { inParallel } from '../in-parallel';
import { forms, type Installation } from '../installation/installation';
import type { Row, RowReport } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';

/** Fails when one request begins after its reply was acknowledged, or when there was no race at all. */
export const row: Row = {
  number: 23,
  fault: 'the reply races the due timer, with frozen and thawed workers',
  forms,
  async run(installation, report) {
    const races = report.thorough ? 1_000 : 200;
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId, { delaySeconds: 1 });
    const chats = Array.from({ length: races }, () => world.conversation(channelId));
    let isOver = false;
    const freezing = freezeNowAndThen(installation, report, () => isOver);
    // How long sends take varies with the machine: the replies are spread so that about half of them come first.
    let spreadMs = 1_500;
    await inParallel(chats, 16, async (chat, index) => {
      world.mayBeSent(chat, followupId, 'a race');
      const at = new Date();
      await chat.says('agent', { at });
      const afterMs = 950 + report.random.of(index).fraction() * spreadMs;
      await sleep(at.getTime() + afterMs - Date.now());
      await chat.says('user');
      spreadMs = chat.requests().length > 0 ? Math.max(300, spreadMs * 0.95) : Math.min(20_000, spreadMs * 1.05);
    });
    isOver = true;
    report.note('freezes', await freezing);
    await judge(world, report);
    const sent = chats.filter((chat) => chat.requests().length > 0).length;
    report.note('races', races);
    report.note('sent first', sent);
    report.note('replied first', races - sent);
    report.must('both came to pass', sent > races * 0.03 && sent < races * 0.97, sent);
  },
};

/**
 * A worker at a time, past the time limit of its lock every now and then. In between something is sent, if anything is to
 * be: on a busy machine it takes longer than from one freeze to the next.
 */
async function freezeNowAndThen(
  { workers, gateway }: Installation,
  report: RowReport,
  isOver: () => boolean,
): Promise<number> {
  const random = report.random.of('freezes');
  let freezes = 0;
  while (!isOver()) {
    const before = gateway.ledger().length;
    await sleep(random.whole(500, 3_000));
    await eventually('a send', () => isOver() || gateway.ledger().length > before, 10_000).catch(() => {});
    const worker = random.pick(workers);
    if (!worker.running) {
      report.must('every worker lives on', false, `${worker.name} ended with ${await worker.ended()}`);
      return freezes;
    }
    worker.freeze();
    await sleep(random.chance(0.25) ? random.whole(3_200, 4_200) : random.whole(50, 800));
    worker.thaw();
    freezes++;
  }
  return freezes;
}
