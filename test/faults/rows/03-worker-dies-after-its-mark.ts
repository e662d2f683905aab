import { forms } from '../installation/installation';
import type { Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { killAll, startAll } from './support/all';
import { wasSent } from './support/attempts';
import { once } from './support/once';

/** Fails when what PostgreSQL knows to be sent is sent again, because Temporal does not know of it. */
export const row: Row = {
  number: 3,
  fault: 'worker dies after marking sent, before the activity completes',
  forms,
  async run(installation, report) {
    const { gateway, workers, temporal } = installation;
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId);
    const chat = world.conversation(channelId);
    world.mustBeSent(chat, followupId, 'the user was silent');
    const hold = `answer-${chat.id}`;
    await gateway.script(chat.id, [{ hold }]);
    await chat.says('agent');
    await chat.received(1);
    temporal.freeze();
    await gateway.release(hold);
    await chat.delivery('a send', wasSent);
    await killAll(workers);
    temporal.thaw();
    await startAll(workers);
    await chat.followupIs(followupId, 'sent');
    once(chat.requests(), report);
    report.count('requests', chat.requests().length);
    await judge(world, report);
    once(chat.requests(), report, ' when all is quiet');
  },
};
