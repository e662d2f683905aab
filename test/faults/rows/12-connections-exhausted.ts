import postgres from 'postgres';
import { sleep } from '../../support/eventually';
import { forms, type Installation } from '../installation/installation';
import type { Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';

/** How long nobody else gets a connection. */
const greedyForMs = 6_000;

/** Fails when a request hangs or ends in a 500, or when something was half written. */
export const row: Row = {
  number: 12,
  fault: 'connections exhausted',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId, { delaySeconds: 2 });
    const chats = Array.from({ length: 20 }, () => world.conversation(channelId));
    await Promise.all(chats.slice(0, 10).map((chat) => chat.says('agent')));

    const taken = await takeEveryConnection(installation);
    const untilMs = Date.now() + greedyForMs;
    let refused = 0;
    await Promise.all(
      chats.slice(10).map(async (chat) => {
        const event = { id: `m-${chat.id}`, at: new Date() };
        while (Date.now() < untilMs) {
          const { answer } = await chat.tries('agent', event);
          report.count(`answers ${answer.status}`);
          report.must('202 or 503', answer.status === 202 || answer.status === 503, answer);
          if (answer.status === 503) refused++;
          await sleep(300);
        }
      }),
    );
    report.note('connections taken', taken.count());
    await taken.giveBack();
    report.must('some were refused', refused > 0, refused);
    await Promise.all(chats.slice(10).map((chat) => chat.says('agent', { id: `m-${chat.id}` })));
    for (const chat of chats) world.mustBeSent(chat, followupId, 'the user was silent');
    await judge(world, report);
  },
};

/** Takes every connection that is left, and those of the service, which it ends, until they are given back. */
async function takeEveryConnection({ databaseUrl }: Installation) {
  const connect = () => postgres(databaseUrl, { max: 1, connect_timeout: 5, onnotice: () => {}, idle_timeout: 0 });
  const mine: postgres.Sql[] = [];
  const takeOne = async () => {
    const one = connect();
    try {
      await one`select 1`;
      mine.push(one);
      return true;
    } catch {
      await one.end({ timeout: 0 });
      return false;
    }
  };
  const takeAll = async () => {
    while ((await Promise.all(Array.from({ length: 20 }, takeOne))).some((taken) => taken));
  };
  // Its own, from before there are none left.
  const own = connect();
  await own`select 1`;
  await takeAll();
  let isOver = false;
  const goingOn = (async () => {
    while (!isOver) {
      await own`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'followups%'`;
      await takeAll();
    }
  })();
  return {
    count: () => mine.length,
    async giveBack() {
      isOver = true;
      await goingOn;
      await Promise.all([own, ...mine].map((one) => one.end({ timeout: 0 })));
    },
  };
}
