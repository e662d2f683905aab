import { forms } from '../installation/installation';
import type { Judging, Row } from '../row';
import type { DeliveryRows } from '../world/conversation';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { killAll, startAll } from './support/all';
import { wasSent } from './support/attempts';
import { once } from './support/once';
import { claimed, stallBeforeTheQuestion } from './support/stalls';

/** Fails when the claim of a worker that died keeps the followup from being sent, or counts as a possible send. */
export const row: Row = {
  number: 2,
  fault: 'worker dies after claiming the row, before it is marked sending',
  forms,
  async run(installation, report) {
    const { workers } = installation;
    const world = new World(installation);
    const chats = [];
    for (const ambiguousSend of ['retry', 'never_repeat']) {
      const { channelId } = await world.makeChannel({ channel: { ambiguousSend } });
      const followupId = await world.makeFollowup(channelId, { delaySeconds: 2 });
      const chat = world.conversation(channelId);
      world.mustBeSent(chat, followupId, 'the user was silent');
      chats.push({ chat, ambiguousSend });
    }
    const stalls = await Promise.all(chats.map(({ chat }) => stallBeforeTheQuestion(installation, chat)));
    await Promise.all(chats.map(({ chat }) => chat.says('agent')));
    await Promise.all(chats.map(({ chat }) => claimed(chat)));
    await killAll(workers);
    await Promise.all(stalls.map((stall) => stall.end()));
    for (const { chat, ambiguousSend } of chats) {
      notBegun(await chat.deliveries(), ambiguousSend, report);
    }
    await startAll(workers);
    for (const { chat, ambiguousSend } of chats) {
      await chat.received(1);
      const delivery = await chat.delivery('a send', wasSent);
      once(chat.requests(), report, ` (${ambiguousSend})`);
      report.count('claims taken up again', delivery.attempts.length - 1);
    }
    await judge(world, report);
  },
};

/** There is a claim, and nothing was begun on it: else the row would show another fault than its own. */
export function notBegun(deliveries: Pick<DeliveryRows, 'attempts'>[], how: string, report: Judging): void {
  const attempts = deliveries.flatMap((delivery) => delivery.attempts);
  const isClaim = attempts.length > 0 && attempts.every(({ sendingAt }) => sendingAt === null);
  report.must(`a claim that was not begun (${how})`, isClaim, attempts);
}
