import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually';
import { readRuns } from '../checker/histories';
import { inParallel } from '../in-parallel';
import { forms } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import type { Json } from '../world/calls';
import type { Conversation, Sender } from '../world/conversation';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { followupSays } from './support/followup-says';
import { makeOldFollowup } from './support/old-rule';
import { shuffled } from './support/shuffled';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const ahead = (ms: number) => new Date(Date.now() + ms);

/** Fails when a time of somewhere else sends or silences, or when a backlog has followups sent to old silences. */
export const row: Row = {
  number: 22,
  fault: 'event times in the future or of 1970; a backlog of hours in one batch',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await makeOldFollowup(world, channelId, { delaySeconds: 3 });
    await Promise.all([
      refusedTimes(world, channelId, report),
      ...strangeTimes.map((one) => strange(world, channelId, followupId, one, report)),
      backlog(world, report),
    ]);
    await judge(world, report);
  },
};

async function refusedTimes(world: World, channelId: string, report: RowReport): Promise<void> {
  const times: [Date, string][] = [
    [ahead(10 * minuteMs), 'too_far_ahead'],
    [ahead(365 * dayMs), 'too_far_ahead'],
    [ahead(-8 * dayMs), 'too_old'],
    [new Date(0), 'too_old'],
  ];
  const chat = world.conversation(channelId);
  for (const [at, code] of times) {
    const { answer } = await chat.tries('agent', { at });
    refusedForItsTime({ at, code, ...answer }, report);
    report.count('agent messages refused');
  }
  report.must('a refused message opens no session', (await chat.sessions()).length === 0);
}

type RefusedTime = { at: Date; code: string; status: number; body: Json };

export function refusedForItsTime({ at, code, status, body }: RefusedTime, report: Judging): void {
  const error = body?.errors?.[0];
  const isSaid = status === 422 && error?.path === 'at' && error.code === code;
  report.must(`an agent's message of ${at.toISOString()}: 422, ${code}`, isSaid, { status, body });
}

type Reported = { from: Sender; at: () => Date; way?: 'signal' };

/** What is reported after one another, and whether the followup is sent. */
const strangeTimes: { what: string; messages: Reported[]; sent: boolean }[] = [
  {
    what: 'a reply of tomorrow counts now',
    messages: [
      { from: 'agent', at: () => new Date() },
      { from: 'user', at: () => ahead(dayMs) },
    ],
    sent: false,
  },
  {
    what: 'an operator of the year 9999 counts now',
    messages: [
      { from: 'agent', at: () => new Date() },
      { from: 'operator', at: () => new Date('9999-01-01T00:00:00Z') },
    ],
    sent: false,
  },
  {
    what: 'a reply of 1970 is no reply to this',
    messages: [
      { from: 'agent', at: () => new Date() },
      { from: 'user', at: () => new Date(0) },
    ],
    sent: true,
  },
  {
    what: 'an agent that is four minutes ahead',
    messages: [{ from: 'agent', at: () => ahead(4 * minuteMs) }],
    sent: true,
  },
  {
    what: 'an agent of tomorrow, by signal',
    messages: [{ from: 'agent', at: () => ahead(dayMs), way: 'signal' }],
    sent: true,
  },
  {
    what: 'an agent of 1970, by signal',
    messages: [{ from: 'agent', at: () => new Date(0), way: 'signal' }],
    sent: false,
  },
  {
    what: 'a reply of tomorrow, by signal',
    messages: [
      { from: 'agent', at: () => new Date(), way: 'signal' },
      { from: 'user', at: () => ahead(dayMs), way: 'signal' },
    ],
    sent: false,
  },
];

async function strange(
  world: World,
  channelId: string,
  followupId: string,
  { what, messages, sent }: (typeof strangeTimes)[number],
  report: RowReport,
): Promise<void> {
  const chat = world.conversation(channelId);
  if (sent) world.mustBeSent(chat, followupId, what);
  else world.mustNotBeSent(chat, followupId, what);
  for (const { from, at, way } of messages) {
    if (way === 'signal') await chat.signals(from, { at: at() });
    else await chat.says(from, { at: at() });
  }
  await chat.followupIs(followupId, sent ? 'sent' : 'skipped');
  const session = await chat.session();
  const latestMs = Math.max(
    ...['lastAgentMessageAt', 'lastUserMessageAt', 'lastOperatorMessageAt'].map((name) =>
      Date.parse(session[name] ?? 0),
    ),
  );
  report.must(`${what}: no time is of the future`, latestMs <= Date.now(), session);
  report.count('strange times');
}

const conversations = 40;
const messagesEach = 12;
const delayMs = 30 * minuteMs;

/** How a conversation of the backlog ends, and what becomes of the rule of half an hour. */
const endings = [
  { lastWord: 'agent', agoMs: 90 * minuteMs, reason: 'reported_late' },
  { lastWord: 'agent', agoMs: delayMs + 5 * minuteMs, reason: 'reported_late' },
  { lastWord: 'user', agoMs: 5 * minuteMs, reason: 'user_replied' },
  // Still in time.
  { lastWord: 'agent', agoMs: 0, reason: null },
] as const;

/** A gateway that could not report for six hours does so at once. */
async function backlog(world: World, report: RowReport): Promise<void> {
  const { installation, calls } = world;
  const { channelId } = await world.makeChannel();
  const soonId = await makeOldFollowup(world, channelId);
  const laterId = await makeOldFollowup(world, channelId, { delaySeconds: delayMs / 1_000 });
  const nowMs = Date.now();
  const chats = Array.from({ length: conversations }, (_, index) => {
    const ending = endings[index % endings.length] ?? endings[0];
    const chat = world.conversation(channelId);
    const isFresh = ending.reason === null;
    if (isFresh) world.mustBeSent(chat, soonId, 'the agent has just written');
    else world.mustNotBeSent(chat, soonId, 'its silence is over, or was reported late');
    world.mustNotBeSent(chat, laterId, isFresh ? 'it is not due yet' : 'as of the other');
    return { chat, ending };
  });
  const messages = shuffled(
    chats.flatMap(({ chat, ending }) => talk(chat, nowMs, ending.lastWord, ending.agoMs)),
    report.random.of('backlog'),
  );
  await eventually(
    'the batch to be taken as a whole',
    async () => {
      const { status, body } = await calls.once('POST', '/v1/messages/batch', { body: { messages } });
      if (status !== 200) throw new Error(`${status}`);
      const refused = body.results.filter((result: Json) => result.status !== 202);
      if (refused.length > 0) throw new Error(JSON.stringify(refused[0]));
      return true;
    },
    60_000,
  );
  report.note('messages of the backlog', messages.length);
  await inParallel(chats, 6, async ({ chat, ending }) => {
    if (ending.reason === null) {
      await chat.followupIs(soonId, 'sent');
      await followupSays(chat, laterId, 'waiting', 'waiting');
    } else {
      await followupSays(chat, soonId, 'skipped', ending.reason);
      await followupSays(chat, laterId, 'skipped', ending.reason);
    }
    const { signals } = await readRuns(installation, chat.workflowId);
    report.must('every message of it is in a history', signals.length >= messagesEach, signals.length);
    await chat.ends();
  });
  const sent = chats.flatMap(({ chat }) => chat.requests()).length;
  const fresh = chats.filter(({ ending }) => ending.reason === null).length;
  noBlast({ sent, fresh }, report);
  report.note('sent of the backlog', sent);
}

export const noBlast = (counts: { sent: number; fresh: number }, report: Judging): void =>
  report.must('one request for each that is still in time, and no blast', counts.sent === counts.fresh, counts);

function talk({ channelId, id: conversationId }: Conversation, nowMs: number, lastWord: Sender, agoMs: number) {
  return Array.from({ length: messagesEach }, (_, index) => {
    const isLast = index === messagesEach - 1;
    // From six hours ago to a little before the last word.
    const atMs = nowMs - agoMs - (isLast ? 0 : ((messagesEach - index) / messagesEach) * (6 * 60 * minuteMs - agoMs));
    const from = isLast ? lastWord : index % 2 === 0 ? 'user' : 'agent';
    return { channelId, conversationId, id: randomUUID(), from, at: new Date(atMs).toISOString() };
  });
}
