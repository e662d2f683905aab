import { fenceIdleLimitMs } from '../../../src/db/queries/fence';
import { eventually, sleep } from '../../support/eventually';
import { inParallel } from '../in-parallel';
import { forms, type Installation } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { frozenInTheFence, wroteNothing } from './support/frozen-in-the-fence';
import { withApi } from './support/with-api';

/**
 * Fails when one request begins after its reply was acknowledged, or when there was no race at all. A freeze between the
 * session's answer and the request is too rare for chance: some are brought about.
 */
export const row: Row = {
  number: 23,
  fault: 'the reply races the due timer, 200 times (--thorough: 1,000), with frozen and thawed workers',
  forms,
  async run(installation, report) {
    const races = report.thorough ? 1_000 : 200;
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId, { delaySeconds: 1 });
    const chats = Array.from({ length: races }, () => world.conversation(channelId));
    let freezes: number[] = [];
    // Embedded the worker is the API as well: replies that race a frozen worker go to another one.
    await withApi(world, async () => {
      await betweenAnswerAndRequest(world, report);
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
      freezes = await freezing;
    });
    await judge(world, report);
    const sent = chats.filter((chat) => chat.requests().length > 0).length;
    report.note('races', races);
    report.note('sent first', sent);
    report.note('replied first', races - sent);
    report.note('freezes', freezes.length);
    report.note('freezes past the time limit of the lock', freezes.filter(isPastTheLock).length);
    raced({ races, sent, freezes }, report);
  },
};

async function betweenAnswerAndRequest(world: World, report: RowReport): Promise<void> {
  const { channelId } = await world.makeChannel();
  // Time enough to take its place before it is due.
  const followupId = await world.makeFollowup(channelId, { delaySeconds: 3 });
  for (let time = 0; time < (report.thorough ? 10 : 3); time++) {
    wroteNothing(await frozenInTheFence(world, { channelId, followupId, atLeastMs: 0 }), report);
    report.count('freezes between answer and request');
  }
}

const isPastTheLock = (frozenMs: number) => frozenMs > fenceIdleLimitMs;

/** @param seen `freezes`: how long each lasted, in milliseconds */
export function raced(seen: { races: number; sent: number; freezes: readonly number[] }, report: Judging): void {
  const { races, sent, freezes } = seen;
  report.must('both came to pass', sent > races * 0.03 && sent < races * 0.97, { races, sent });
  const long = freezes.filter(isPastTheLock);
  report.must('several freezes past the time limit of the lock', long.length >= 3, freezes);
}

/**
 * A worker at a time, past the time limit of its lock every other time. In between something is sent, if anything is to
 * be: on a busy machine it takes longer than from one freeze to the next.
 *
 * @returns how long each freeze lasted, in milliseconds
 */
async function freezeNowAndThen(
  { workers, gateway }: Installation,
  report: RowReport,
  isOver: () => boolean,
): Promise<number[]> {
  const random = report.random.of('freezes');
  const freezes: number[] = [];
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
    const frozenAtMs = performance.now();
    const isLong = freezes.length % 2 === 0;
    await sleep(isLong ? fenceIdleLimitMs + random.whole(200, 1_200) : random.whole(50, 800));
    worker.thaw();
    freezes.push(performance.now() - frozenAtMs);
  }
  return freezes;
}
