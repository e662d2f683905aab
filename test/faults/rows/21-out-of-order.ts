import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { inParallel } from '../in-parallel';
import { forms } from '../installation/installation';
import type { Random } from '../random';
import type { Judging, Row, RowReport } from '../row';
import type { Conversation, MessageOptions, Sender } from '../world/conversation';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { makeOldFollowup } from './support/old-rule';
import { shuffled } from './support/shuffled';

type Message = { from: Sender } & Required<Pick<MessageOptions, 'id' | 'at'>>;

const minuteMs = 60_000;
const senders: Sender[] = ['agent', 'user', 'operator'];

/** Fails when the same messages lead elsewhere in another order, reported twice, by signal, or after it is all over. */
export const row: Row = {
  number: 21,
  fault: 'events out of order and late',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await makeOldFollowup(world, channelId, { delaySeconds: 5 });
    // The last word is the agent's in every third set.
    const sets = Array.from({ length: report.thorough ? 30 : 6 }, (_, index) => index);
    await inParallel(sets, 3, async (index) => {
      await everyOrder(world, channelId, followupId, senders[index % 3] ?? 'agent', report.random.of(index), report);
    });
    await judge(world, report);
  },
};

/** Reports one set of messages to several conversations, to each in another order. */
async function everyOrder(
  world: World,
  channelId: string,
  followupId: string,
  lastWord: Sender,
  random: Random,
  report: RowReport,
): Promise<void> {
  const messages = makeMessages(lastWord, random);
  const latest = (from: Sender) => {
    const times = messages.filter((message) => message.from === from).map(({ at }) => at.getTime());
    return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
  };
  const wanted = {
    armed: lastWord === 'agent',
    lastAgentMessageAt: latest('agent'),
    lastUserMessageAt: latest('user'),
    lastOperatorMessageAt: latest('operator'),
    startedAt: new Date(Math.min(...messages.map(({ at }) => at.getTime()))).toISOString(),
  };
  const orders = [messages, [...messages].reverse(), ...Array.from({ length: 3 }, () => shuffled(messages, random))];
  const seen: string[] = [];
  await Promise.all(
    orders.map(async (order, index) => {
      const chat = world.conversation(channelId);
      if (lastWord === 'agent') world.mustBeSent(chat, followupId, 'the agent had the last word');
      else world.mustNotBeSent(chat, followupId, `the ${lastWord} had the last word`);
      await reportAll(chat, order, random.of(`order ${index}`));
      const followup = await chat.followupIs(followupId, lastWord === 'agent' ? 'sent' : 'skipped');
      const session = await chat.session();
      latestCounts(session, wanted, report);
      seen.push(`${followup.status}, ${followup.reason}`);
      await afterItAll(chat, messages, report);
      report.count('orders');
      report.count('reports', order.length);
    }),
  );
  sameOutcome(seen, report);
}

/** Of a session everything that is wanted is so, whatever else it says. */
export function latestCounts(session: object, wanted: object, report: Judging): void {
  const of = session as Record<string, unknown>;
  const got = Object.fromEntries(Object.keys(wanted).map((name) => [name, of[name]]));
  report.must('the latest time of each sender counts', isDeepStrictEqual(got, wanted), { got, wanted });
}

/** @param outcomes one of each order */
export const sameOutcome = (outcomes: readonly string[], report: Judging): void =>
  report.must('every order has the same outcome', new Set(outcomes).size === 1, outcomes);

/** Some hours of talk, of which nothing is due any more, and the last word just now. */
function makeMessages(lastWord: Sender, random: Random): Message[] {
  const nowMs = Date.now();
  const make = (from: Sender, atMs: number): Message => ({ from, id: randomUUID(), at: new Date(atMs) });
  const earlier = Array.from({ length: random.whole(2, 5) }, () =>
    make(random.pick(senders), nowMs - random.whole(20 * minuteMs, 10 * 60 * minuteMs)),
  );
  // Whoever had the last word, an agent's message went before it.
  return [...earlier, make('agent', nowMs - 15 * 60 * minuteMs), make(lastWord, nowMs)].sort(
    (one, other) => one.at.getTime() - other.at.getTime(),
  );
}

/** One after the other, some by signal, some twice. */
async function reportAll(chat: Conversation, order: readonly Message[], random: Random): Promise<void> {
  for (const { from, ...message } of order) {
    for (const again of random.chance(0.3) ? [false, true] : [false]) {
      // A signal is known again by its session, a request by the server as well: both ways for the first of them.
      if (!again && random.chance(0.3)) await chat.signals(from, message);
      else await chat.says(from, message);
    }
  }
}

/** What comes late changes nothing, and opens no other session. */
async function afterItAll(chat: Conversation, messages: readonly Message[], report: RowReport): Promise<void> {
  const before = await chat.session();
  const [first] = messages;
  const at = new Date((first?.at.getTime() ?? 0) + 1);
  await chat.says('user', { at });
  const after = await chat.session();
  changesNothing({ before, after }, report);
  await chat.ends();
  await chat.closed();
  await chat.says('user', { at });
  await chat.says('agent', { at });
  await chat.closed();
  const sessions = await chat.sessions();
  opensNothing(sessions, report);
}

export const changesNothing = (session: { before: Armed; after: Armed }, report: Judging): void =>
  report.must('a late message arms and disarms nothing', session.after.armed === session.before.armed, session);
type Armed = { armed: boolean };

export const opensNothing = (sessions: readonly unknown[], report: Judging): void =>
  report.must('what comes after the end opens no session', sessions.length === 1, sessions);
