import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually';
import { startGateway, type TestGateway } from '../support/gateway';
import type { Service } from '../support/service';
import { addHistory, type Habits } from './history';
import { zoneWhereItIs } from './time-zones';

/** Ids of what the pages show. */
export type Sample = {
  agentId: string;
  /** Whose hours are over for today. */
  nightAgentId: string;
  webChannelId: string;
  whatsAppChannelId: string;
  followupId: string;
  surveyFollowupId: string;
  /** What the Playground's followup says. */
  trial: string;
  sessions: { waiting: string; sent: string; skipped: string; queued: string };
  surveyUrl: string;
  close(): Promise<void>;
};

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];

const shopHours = {
  mode: 'hours',
  weekly: [
    ...weekdays.flatMap((day) => [
      { day, from: '08:00', to: '14:00' },
      { day, from: '15:00', to: '18:30' },
    ]),
    { day: 'saturday', from: '09:00', to: '14:00' },
    { day: 'sunday', from: '10:00', to: '13:00' },
  ],
  exceptions: [
    { date: '2026-12-24', hours: [{ from: '09:00', to: '13:00' }] },
    { date: '2026-12-25', hours: [] },
    { date: '2027-01-01', hours: [] },
  ],
};

const officeHours = {
  mode: 'hours',
  weekly: weekdays.map((day) => ({ day, from: '09:00', to: '17:00' })),
};

type Place = 'web' | 'whatsApp' | 'app';
/** Of the ids that its gateway gives to conversations. */
const prefixes: Record<Place, string> = { web: 'visitor', whatsApp: 'wa', app: 'app' };

type SampleFollowup = {
  title: string;
  message: string;
  delaySeconds: number;
  places: Place[];
  habits: Habits;
  more?: object;
};

const minutes = (count: number) => count * 60;
const hoursLong = (count: number) => count * 3_600;

const followups: SampleFollowup[] = [
  {
    title: 'Still there?',
    message: 'Are you still there? I am happy to help whenever you are ready.',
    delaySeconds: minutes(30),
    places: ['web', 'whatsApp', 'app'],
    habits: { perDay: 41, growth: 0.35, responseRate: 0.38 },
  },
  {
    title: 'Order question left open',
    message: 'We had not finished with your order yet. Shall I have a look where it is right now?',
    delaySeconds: hoursLong(2),
    places: ['web', 'app'],
    habits: { perDay: 17, growth: 0.1, responseRate: 0.29 },
  },
  {
    title: 'Your basket is waiting',
    message:
      'Your basket is still here, and everything in it is in stock. Is there anything you would like to know first?',
    delaySeconds: hoursLong(4),
    places: ['web'],
    habits: { perDay: 12, growth: -0.25, responseRate: 0.17 },
  },
  {
    title: 'Last chance before the window closes',
    message: 'I can write to you here for a few more hours. Is there anything left that I can do for you today?',
    delaySeconds: hoursLong(20),
    places: ['whatsApp'],
    habits: { perDay: 8, growth: 0.6, responseRate: 0.22 },
  },
  {
    title: 'How did we do?',
    message: 'Thank you for talking to us. How did we do today?',
    delaySeconds: minutes(10),
    places: ['web', 'whatsApp', 'app'],
    habits: {
      perDay: 23,
      growth: 0.2,
      responseRate: 0.12,
      survey: { type: 'csat', rate: 0.31, mean: 4.2, spread: 1.1 },
    },
    more: { surveyType: 'csat', trigger: 'conversation_over' },
  },
  {
    title: 'Was that easy?',
    message: 'One question, if you have a second: was it easy to get what you needed?',
    delaySeconds: hoursLong(1),
    places: ['app'],
    habits: { perDay: 9, growth: 0, responseRate: 0.09, survey: { type: 'ces', rate: 0.27, mean: 5.4, spread: 1.4 } },
    more: { surveyType: 'ces', trigger: 'conversation_over' },
  },
  {
    title: 'Would you recommend us?',
    message: 'You have been with us for a while now. Would you recommend us to a friend?',
    delaySeconds: hoursLong(24),
    places: ['app'],
    habits: { perDay: 5, growth: 0.15, responseRate: 0.07, survey: { type: 'nps', rate: 0.24, mean: 8, spread: 2.2 } },
    more: { surveyType: 'nps', trigger: 'conversation_over', cooldownSeconds: 7_776_000, status: 'inactive' },
  },
  {
    title: 'Back in stock',
    message: 'Good news: what you asked for is back in stock. Shall I put one aside for you?',
    delaySeconds: hoursLong(72),
    places: ['web'],
    habits: { perDay: 0, growth: 0, responseRate: 0 },
    more: { status: 'inactive' },
  },
];

/**
 * A shop that has been at work for weeks, with conversations that go on right now.
 *
 * @param zone of the agent: where it is late in the morning now
 */
export async function makeSample(service: Service, nowMs: number, zone: string): Promise<Sample> {
  const gateway = await startGateway();
  const { call } = service;
  const agent = await call('POST', '/v1/agents', {
    name: 'Ada, shop assistant',
    identity: { timeZone: zone, availability: shopHours },
    maxFollowupsPerSession: 3,
  });
  const endpoint = { url: gateway.url };
  const webhook = (agentId: string, name: string, more: object = {}) =>
    call('POST', '/v1/channels', { agentId, name, endpoint, ...more });
  const channels: Record<Place, string> = {
    web: (await call('POST', '/v1/channels', { agentId: agent.id, name: 'Web shop chat', type: 'webchat' })).id,
    whatsApp: (await webhook(agent.id, 'WhatsApp', { messagingWindowSeconds: 86_400, maxSendsPerSecond: 20 })).id,
    app: (await webhook(agent.id, 'Mobile app')).id,
  };
  const ids: string[] = [];
  for (const { title, message, delaySeconds, places, more } of followups) {
    const channelIds = places.map((place) => channels[place]);
    const made = await call('POST', '/v1/followups', { title, message, delaySeconds, channelIds, ...more });
    ids.push(made.id);
  }
  const [followupId = ''] = ids;
  await call('PATCH', `/v1/followups/${followupId}`, { message: followups[0]?.message.replace('?', ' with me?') });
  await call('PATCH', `/v1/followups/${followupId}`, { message: followups[0]?.message });
  await call('POST', '/v1/keys', { name: 'WhatsApp gateway', scope: 'gateway', channelIds: [channels.whatsApp] });
  await call('POST', '/v1/keys', { name: 'Weekly report', scope: 'read' });
  const old = await call('POST', '/v1/keys', { name: 'Old gateway', scope: 'gateway' });
  await call('DELETE', `/v1/keys/${old.id}`);

  await addHistory(
    service.database,
    followups.map(({ places, habits, message, title, delaySeconds }, index) => ({
      ...{ followupId: ids[index] ?? '', agentId: agent.id, title, message, delaySeconds, habits },
      channels: places.map((place) => ({ id: channels[place], prefix: prefixes[place] })),
    })),
    nowMs,
  );

  const trial = await makePlayground(service, agent.id);

  const night = await call('POST', '/v1/agents', {
    name: 'Ben, returns desk',
    identity: { timeZone: zoneWhereItIs(21, nowMs), availability: officeHours },
  });
  const telegram = await webhook(night.id, 'Telegram');
  const label = await call('POST', '/v1/followups', {
    ...{ title: 'Return label ready', message: 'Your return label is ready. Shall I send it to you again?' },
    ...{ delaySeconds: minutes(15), channelIds: [telegram.id] },
  });
  await makeLookOld(service, [...ids, label.id], nowMs);

  const sessions = await haveConversations(service, gateway, { ...channels, telegram: telegram.id });
  const surveyUrl = await endWithSurvey(service, gateway, channels.app);
  return {
    ...{ agentId: agent.id, nightAgentId: night.id, webChannelId: channels.web, whatsAppChannelId: channels.whatsApp },
    ...{ followupId, surveyFollowupId: ids[4] ?? '', trial, sessions, surveyUrl },
    close: () => gateway.close(),
  };
}

/** @returns what its followup says */
async function makePlayground({ call }: Service, agentId: string): Promise<string> {
  const kind = { type: 'webchat', playground: true, ignoreAvailability: true };
  const channel = await call('POST', '/v1/channels', { agentId, name: 'Playground', ...kind });
  const message = 'Are you still there? And if you have a second: how did I do so far?';
  await call('POST', '/v1/followups', {
    ...{ title: 'Still there?', message, delaySeconds: 10, cooldownSeconds: 0, surveyType: 'csat' },
    channelIds: [channel.id],
  });
  return message;
}

/** What was made a moment ago would be kept from silences that began before it. */
async function makeLookOld({ database: { sql } }: Service, followupIds: string[], nowMs: number): Promise<void> {
  const ids = `{${followupIds.join(',')}}`;
  const weeksAgo = new Date(nowMs - 45 * 86_400_000).toISOString();
  await sql`update followups set activated_at = ${weeksAgo}, delay_edited_at = ${weeksAgo}, created_at = ${weeksAgo}
    where id = any(${ids}::text[])`;
  await sql`update followup_channels set assigned_at = ${weeksAgo} where followup_id = any(${ids}::text[])`;
  await sql`update audit_entries set at = at - make_interval(days => greatest(0, 45 - 2 * id::int))`;
  await sql`update channels set created_at = ${weeksAgo}, plan_revision = plan_revision + 1`;
}

type Said = ['user' | 'agent' | 'operator', minutesAgo: number];

/**
 * So long before the delay is over that the message is still reported in time: one that is reported after its followup
 * was due is too late for it.
 */
const justBefore = (delayMinutes: number) => delayMinutes - 0.15;

const isoAgo = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();

/** Conversations in each of the states that a session can be in. @returns their sessions' ids */
async function haveConversations(
  service: Service,
  gateway: TestGateway,
  channels: Record<Place | 'telegram', string>,
): Promise<Sample['sessions']> {
  const talk = async (place: keyof typeof channels, conversationId: string, said: Said[]): Promise<string> => {
    const path = `/v1/channels/${channels[place]}/conversations/${conversationId}`;
    for (const [from, minutesAgo] of said) {
      await say(service, path, place === 'web', from, isoAgo(minutesAgo));
    }
    const session = await eventually(`the session of ${conversationId}`, () =>
      service.call('GET', `${path}/session`).catch(() => undefined),
    );
    return session.id;
  };
  for (const [place, name, minutesAgo] of [
    ['whatsApp', 'wa-7731', 3],
    ['app', 'app-90412', 7],
    ['whatsApp', 'wa-5120', 21],
    ['app', 'app-88117', 26],
  ] as const) {
    await talk(place, name, [
      ['user', minutesAgo + 2],
      ['agent', minutesAgo],
    ]);
  }
  const queued = await talk('telegram', 'tg-2208', [
    ['user', 17],
    ['agent', justBefore(15)],
  ]);
  const skipped = await talk('whatsApp', 'wa-3304', [
    ['user', 58],
    ['agent', 55],
    ['user', 41],
    ['agent', 40],
    ['operator', 18],
  ]);
  const waiting = await talk('app', 'app-77140', [
    ['user', 15],
    ['agent', 14],
    ['user', 13],
    ['agent', 12],
  ]);
  const sent = await talk('whatsApp', 'wa-4711', [
    ['user', 37],
    ['agent', 36],
    ['user', 33],
    ['agent', justBefore(30)],
  ]);
  await eventually('the followup to arrive', () => gateway.of('wa-4711').length > 0, 60_000);
  await eventually('the other to be queued', () => isQueued(service, queued), 60_000);
  return { waiting, sent, skipped, queued };
}

async function isQueued({ call }: Service, sessionId: string): Promise<boolean> {
  const { followups } = await call('GET', `/v1/sessions/${sessionId}`);
  return followups.some(({ status }: { status: string }) => status === 'queued');
}

async function say(service: Service, path: string, hasText: boolean, from: string, at: string): Promise<void> {
  const text = hasText ? { text: 'Of course. Your order left our warehouse this morning.' } : {};
  await service.call('POST', `${path}/messages`, { id: randomUUID(), from, at, ...text });
}

/** A conversation that is over, whose user was asked how it went. @returns the link of the survey */
async function endWithSurvey(service: Service, gateway: TestGateway, channelId: string): Promise<string> {
  const path = `/v1/channels/${channelId}/conversations/app-60233`;
  await say(service, path, false, 'user', isoAgo(12));
  await say(service, path, false, 'agent', isoAgo(justBefore(10)));
  await service.call('POST', `${path}/end`, { at: isoAgo(9), outcome: 'resolved' });
  const request = await eventually('the survey to arrive', () => gateway.of('app-60233')[0], 60_000);
  return (request.data.survey as { url: string }).url;
}
