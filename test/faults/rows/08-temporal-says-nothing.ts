import { randomUUID } from 'node:crypto';
import { forms } from '../installation/installation';
import type { Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { none } from './support/once';
import { refusedInTime } from './support/refused-in-time';
import { standsStill } from './support/stands-still';

/** Fails when a report is not answered in time, is taken without being durable, or is not asked for again. */
export const row: Row = {
  number: 8,
  fault: 'Temporal accepts connections and says nothing',
  forms,
  async run(installation, report) {
    const { temporal, apis } = installation;
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId, { delaySeconds: 3 });
    const chats = Array.from({ length: 8 }, () => world.conversation(channelId));
    await Promise.all(chats.map((chat) => chat.says('agent')));
    temporal.freeze();
    await standsStill(temporal);
    // A repetition has the same id: what the frozen server took in after all counts once.
    const replies = chats.slice(0, 4).map((chat) => ({ chat, id: randomUUID(), at: new Date() }));
    let slowestMs = 0;
    for (let round = 0; round < 2; round++) {
      await Promise.all(
        replies.map(async ({ chat, id, at }) => {
          const beganAtMs = performance.now();
          const { answer } = await chat.tries('user', { id, at });
          const tookMs = performance.now() - beganAtMs;
          slowestMs = Math.max(slowestMs, tookMs);
          refusedInTime({ ...answer, tookMs }, report);
          report.count(`answers ${answer.status}`);
        }),
      );
    }
    report.note('slowest answer, ms', Math.round(slowestMs));
    for (const api of apis) report.must('/readyz is red', (await api.readiness()) !== 200);
    for (const chat of chats) none(chat.requests(), report, 'meanwhile');
    temporal.thaw();
    await Promise.all(replies.map(({ chat, id, at }) => chat.says('user', { id, at })));
    for (const { chat } of replies) world.mayBeSent(chat, followupId, 'the reply came while nobody could take it');
    for (const chat of chats.slice(4)) world.mustBeSent(chat, followupId, 'the user was silent');
    await judge(world, report);
  },
};
