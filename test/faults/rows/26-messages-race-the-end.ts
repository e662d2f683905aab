import { eventually, sleep } from '../../support/eventually';
import { inParallel } from '../in-parallel';
import { forms } from '../installation/installation';
import type { Judging, Row } from '../row';
import type { Conversation } from '../world/conversation';
import { judge } from '../world/judge';
import { World } from '../world/world';

/** Fails when an acknowledged message belongs to no session, or when one of before the end opens another session. */
export const row: Row = {
  number: 26,
  fault: 'a message races the end of its session, 150 times (--thorough: 1,000)',
  forms,
  async run(installation, report) {
    const races = report.thorough ? 1_000 : 150;
    const world = new World(installation);
    const { channelId } = await world.makeChannel({ channel: { sessionIdleSeconds: 2 } });
    const chats = Array.from({ length: races }, () => world.conversation(channelId));
    let carriedOn = 0;
    await inParallel(chats, 16, async (chat, index) => {
      const random = report.random.of(index);
      const lastAt =
        index % 2 === 0 ? await atTheIdleEnd(chat, random.fraction()) : await atTheEnd(chat, random.fraction());
      await eventually(
        `the last message of ${chat.id} in a session that has ended`,
        async () => {
          const known = await chat.sessions();
          const isOver = known.length > 0 && known.every(({ status }) => status === 'ended');
          return isOver && known.some(({ lastUserMessageAt }) => lastUserMessageAt === lastAt);
        },
        90_000,
      );
      // A session that took the message before the end of before it names it, too, and its workflow goes on with the next.
      await chat.closed();
      const sessions = await chat.sessions();
      if (sessions.length > 1) carriedOn++;
      await tooLate(chat, Date.parse(sessions[0].endedAt), sessions.length, report);
    });
    report.note('races', races);
    report.note('carried on in another session', carriedOn);
    racedTheEnd({ races, carriedOn }, report);
    await judge(world, report);
  },
};

/** Some came before the end of their session, and some after it. */
export const racedTheEnd = (counts: { races: number; carriedOn: number }, report: Judging): void =>
  report.must('there were races', counts.carriedOn > counts.races / 5 && counts.carriedOn < counts.races, counts);

export const opensNoSession = (sessions: { before: number; after: number }, report: Judging): void =>
  report.must('a late event opens no session', sessions.after === sessions.before, sessions);

/** @returns the time of the user's message, around the moment at which the session is idle for long enough */
async function atTheIdleEnd(chat: Conversation, fraction: number): Promise<string> {
  const first = new Date();
  await chat.says('agent', { at: first });
  await sleep(first.getTime() + 1_950 + fraction * 100 - Date.now());
  const at = new Date();
  await chat.says('user', { at });
  return at.toISOString();
}

/** The same around an explicit end that is a millisecond older. */
async function atTheEnd(chat: Conversation, fraction: number): Promise<string> {
  await chat.says('agent');
  await sleep(50);
  const end = new Date();
  const at = new Date(end.getTime() + 1);
  await Promise.all([chat.ends(end), sleep(fraction * 30).then(() => chat.says('user', { at }))]);
  return at.toISOString();
}

/**
 * An event of before the last session's end is taken, and opens nothing. Only once its workflow has completed, as here:
 * while an idle one is just being closed, what comes opens the next session rather than being lost.
 */
async function tooLate(chat: Conversation, endedAtMs: number, sessions: number, report: Parameters<Row['run']>[1]) {
  await chat.says('user', { at: new Date(endedAtMs - 1) });
  await chat.closed();
  opensNoSession({ before: sessions, after: (await chat.sessions()).length }, report);
  report.count('late events');
}
