import { join } from 'node:path';
import { forms, type Installation } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { killAll, startAll } from './support/all';
import { outcomes } from './support/attempts';
import { failedTasks } from './support/failed-tasks';
import { buildPreviousRelease } from './support/previous-release';
import { replayStoredHistories } from './support/replay';
import { strayApi, strayWorker } from './support/stray-programs';

/**
 * Fails when today's worker cannot go on with sessions of the release before it: by a workflow task that fails, a
 * followup that is lost or doubled, or a stored history that it does not replay.
 */
export const row: Row = {
  number: 36,
  fault: 'a new version with open sessions',
  forms,
  async run(installation, report) {
    const { replayed, errors } = await replayStoredHistories(join(installation.folder, 'build'));
    report.note('histories replayed', replayed);
    replays({ replayed, errors }, report);
    const previous = await buildPreviousRelease(installation.folder);
    if (previous === null) {
      report.skip('the rolling upgrade', 'the release before this one is not in this checkout’s history');
      return;
    }
    await rollingUpgrade(installation, previous, report);
  },
};

/** @param seen how many histories there were, and what went wrong with them */
export function replays(seen: { replayed: number; errors: readonly string[] }, report: Judging): void {
  report.must('there are histories', seen.replayed > 0, seen.replayed);
  report.must('every stored history replays', seen.errors.length === 0, seen.errors);
}

type Handed = { code: number | string; failed: readonly string[]; attempts: readonly string[] };

/** The old worker ended in order, no task failed, and what it had begun to try was tried to its end. */
export function handedOver({ code, failed, attempts }: Handed, report: Judging): void {
  report.must('the old worker ends in order', code === 0, code);
  report.must('no workflow task failed', failed.length === 0, failed);
  const isWhole = attempts.every((each) => /^(failed, ){4}sent$/.test(each));
  report.must('the attempts of both', isWhole, attempts);
}

async function rollingUpgrade(installation: Installation, previous: string, report: RowReport): Promise<void> {
  const { workers, gateway } = installation;
  const world = new World(installation);
  const api = await strayApi(installation);
  const old = await strayWorker(installation, { root: previous });
  try {
    const { channelId } = await world.makeChannel();
    const soon = await world.makeFollowup(channelId, { title: 'Soon', delaySeconds: 1 });
    const later = await world.makeFollowup(channelId, { title: 'Later', delaySeconds: 30 });
    await killAll(workers);
    await api.part.start();
    world.calls.ask([api.url]);
    await old.part.start();

    // Sessions in every state that a session waits in.
    const waiting = Array.from({ length: 10 }, () => world.conversation(channelId));
    const replied = Array.from({ length: 5 }, () => world.conversation(channelId));
    const retrying = Array.from({ length: 3 }, () => world.conversation(channelId));
    for (const chat of retrying) await gateway.script(chat.id, Array(4).fill({ status: 500 }));
    const chats = [...waiting, ...replied, ...retrying];
    await Promise.all(chats.map((chat) => chat.says('agent')));
    await Promise.all(chats.map((chat) => chat.received(1)));
    await Promise.all(replied.map((chat) => chat.says('user')));

    // Both at once, as in a rolling upgrade, and then the new ones alone.
    await startAll(workers);
    world.calls.ask(installation.apiUrls);
    await Promise.all(replied.map((chat) => chat.says('agent')));
    const code = await old.part.stop();

    for (const chat of chats) {
      world.mustBeSent(chat, soon, 'the user was silent');
      world.mustBeSent(chat, later, 'the user was silent, or the agent spoke again');
    }
    await Promise.all(chats.map((chat) => chat.received(retrying.includes(chat) ? 6 : 2, 120_000)));
    const attempts: string[] = [];
    for (const chat of retrying) {
      const delivery = await chat.delivery(
        'a send',
        ({ followupId, status }) => followupId === soon && status === 'sent',
      );
      attempts.push(outcomes(delivery));
    }
    report.count('sessions handed over', chats.length);
    const failed = await failedTasks(installation, chats);
    handedOver({ code, failed, attempts }, report);
    await judge(world, report);
  } finally {
    await Promise.all([old.part.kill(), api.part.kill()]);
  }
}
