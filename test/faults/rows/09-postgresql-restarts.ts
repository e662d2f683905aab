import { sleep } from '../../support/eventually';
import { forms } from '../installation/installation';
import type { Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { programs } from './support/all';
import { livesOn } from './support/lives-on';

/** Fails when a restart of the database loses or doubles anything, or ends a program. */
export const row: Row = {
  number: 9,
  fault: 'PostgreSQL restarts in a transaction',
  forms,
  async run(installation, report) {
    const { postgres } = installation;
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId, { delaySeconds: 2 });
    const before = programs(installation).map(({ pid }) => pid);
    for (const how of ['fast', 'immediate'] as const) {
      const chats = Array.from({ length: 30 }, () => world.conversation(channelId));
      const load = Promise.all(
        chats.map(async (chat, index) => {
          await sleep(report.random.of(chats.indexOf(chat)).whole(0, 3_000));
          await chat.says('agent');
          // Every third replies at once: it is not to be sent, unless the report itself was late.
          if (index % 3 === 0) {
            await chat.says('user');
            world.mayBeSent(chat, followupId, 'the reply may have waited for the database');
          } else {
            world.mustBeSent(chat, followupId, 'the user was silent');
          }
        }),
      );
      await sleep(1_500);
      await postgres.restart(how);
      await load;
      report.count('conversations', chats.length);
      report.count(`restarts, ${how}`);
    }
    // Before the installation recovers: it may start programs anew whose servers died too often for them.
    const after = programs(installation).map(({ pid }) => pid);
    livesOn({ before, after }, report);
    await judge(world, report);
  },
};
