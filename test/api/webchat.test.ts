import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eq, sql } from 'drizzle-orm';
import { createApp } from '../../src/api/app';
import { createEventFeed } from '../../src/api/event-feed';
import { createChatFeed, maxStreamsOfConversation, type Reader } from '../../src/api/webchat/chat-feed';
import { insertChatMessage, insertFollowupMessage } from '../../src/db/queries/chat-messages';
import { chatMessages, deliveries, streamEvents } from '../../src/db/schema';
import { newId } from '../../src/ids';
import { purgeTranscripts } from '../../src/parts/purge-events';
import { visitorTokenMs } from '../../src/webchat/visitor-token';
import { startTestApi, type TestApi } from '../support/api';
import { type EventReader, readEvents } from '../support/events';
import { eventually } from '../support/eventually';
import { raiseFence } from '../support/fence';
import { storeDelivery, storeSession } from '../support/stored-history';
import { channelBody, createAgent, createChannel, createFollowup, createKey } from '../support/things';
import { newAddress, type TestVisitor, visitorOf } from '../support/webchat';

let api: TestApi;
let agentId: string;
let channelId: string;
const open: EventReader[] = [];
beforeAll(async () => {
  api = await startTestApi();
  agentId = (await createAgent(api)).id;
  channelId = (await newChat()).id;
});
afterAll(() => api?.stop());
beforeEach(() => {
  api.sessions.before = async () => {};
  api.clock.offsetMs = 0;
});
afterEach(() => {
  for (const reader of open.splice(0)) reader.close();
});

const webchatBody = (fields = {}) => ({ agentId, name: 'Chat', type: 'webchat', ...fields });
const newChat = async (fields = {}) => (await api.request('POST', '/v1/channels', { body: webchatBody(fields) })).body;
const visitor = (channel = channelId, baseUrl = api.url) =>
  visitorOf({ baseUrl, secretBox: api.deps.secretBox }, channel);
async function follow(chat: TestVisitor, lastEventId?: string): Promise<EventReader> {
  const reader = await chat.follow(lastEventId);
  open.push(reader);
  return reader;
}
const conversationPath = (chat: TestVisitor) => `/v1/channels/${chat.channelId}/conversations/${chat.conversationId}`;
const report = (chat: TestVisitor, body: object, key = api.adminKey) =>
  api.request('POST', `${conversationPath(chat)}/messages`, { body: { id: randomUUID(), ...body }, key });
const speak = (chat: TestVisitor, text: string, more = {}) => report(chat, { from: 'agent', text, ...more });
const came = (reader: EventReader, count: number) =>
  eventually(`${count} messages`, () => reader.events.length >= count && reader.events);
const texts = (messages: { text: string }[]) => messages.map(({ text }) => text);
const signalled = (chat: TestVisitor) =>
  api.sessions.messages.filter(({ conversationId }) => conversationId === chat.conversationId);

describe('a channel of the type webchat', () => {
  test('has no endpoint and no secret, and settings of its own', async () => {
    const made = await api.request('POST', '/v1/channels', { body: webchatBody() });
    expect([made.status, made.body]).toEqual([
      201,
      expect.objectContaining({
        ...{ type: 'webchat', endpoint: null, signingSecret: null },
        ...{ transcriptRetentionSeconds: 2_592_000, allowedOrigins: [] },
      }),
    ]);
    const path = `/v1/channels/${made.body.id}`;
    const allowedOrigins = ['https://shop.example.com', 'http://127.0.0.1:8080'];
    const edited = await api.request('PATCH', path, { body: { allowedOrigins, transcriptRetentionSeconds: 3_600 } });
    expect(edited.body).toMatchObject({ allowedOrigins, transcriptRetentionSeconds: 3_600, revision: 2 });
    // How it shows itself is no concern of sessions.
    expect(edited.body.planRevision).toBe(made.body.planRevision);
    expect((await api.request('PATCH', path, { body: { transcriptRetentionSeconds: null } })).body).toMatchObject({
      ...{ transcriptRetentionSeconds: 2_592_000, allowedOrigins },
    });
    const rotated = await api.request('POST', `${path}/rotate-secret`);
    expect([rotated.status, rotated.body.detail]).toEqual([409, expect.stringContaining('no signing secret')]);
  });

  test('a webhook has none of these', async () => {
    const channel = await createChannel(api, agentId);
    expect(channel).toMatchObject({ transcriptRetentionSeconds: null, allowedOrigins: null });
    expect(channel.signingSecret).toMatch(/^whsec_/);
  });

  test.each<[string, () => object, string, string]>([
    ['an endpoint', () => webchatBody({ endpoint: { url: 'https://a.example' } }), 'endpoint', 'not_of_webchat'],
    ['hashed ids', () => webchatBody({ hashConversationIds: true }), 'hashConversationIds', 'not_of_webchat'],
    ['a path', () => webchatBody({ allowedOrigins: ['https://a.example/b'] }), 'allowedOrigins[0]', 'invalid_origin'],
    ['no scheme', () => webchatBody({ allowedOrigins: ['a.example'] }), 'allowedOrigins[0]', 'invalid_origin'],
    ['another scheme', () => webchatBody({ allowedOrigins: ['file:///x'] }), 'allowedOrigins[0]', 'invalid_origin'],
    [
      'too many origins',
      () => webchatBody({ allowedOrigins: Array.from({ length: 51 }, (_, n) => `https://${n}.example`) }),
      'allowedOrigins',
      'too_long',
    ],
    ['no time', () => webchatBody({ transcriptRetentionSeconds: 3_599 }), 'transcriptRetentionSeconds', 'too_small'],
    ['an age', () => webchatBody({ transcriptRetentionSeconds: 31_536_001 }), 'transcriptRetentionSeconds', 'too_big'],
    ['no endpoint of a webhook', () => channelBody(agentId, { endpoint: null }), 'endpoint', 'required'],
    [
      'retention of a webhook',
      () => channelBody(agentId, { transcriptRetentionSeconds: 3_600 }),
      'transcriptRetentionSeconds',
      'only_webchat',
    ],
    ['origins of a webhook', () => channelBody(agentId, { allowedOrigins: [] }), 'allowedOrigins', 'only_webchat'],
  ])('%s is refused', async (_what, body, path, code) => {
    const { status, body: problem } = await api.request('POST', '/v1/channels', { body: body() });
    expect([status, problem.errors]).toEqual([422, [expect.objectContaining({ path, code })]]);
    expect(problem.errors[0].message).toContain(`"${path.replace('[0]', '')}`);
  });

  test('stays what it is', async () => {
    const { status, body } = await api.request('PATCH', `/v1/channels/${channelId}`, { body: { type: 'webhook' } });
    expect([status, body.errors[0]]).toEqual([422, expect.objectContaining({ path: 'type', code: 'unchangeable' })]);
  });
});

describe('a visitor', () => {
  const come = (channel = channelId, headers: Record<string, string> = { 'x-forwarded-for': newAddress() }) =>
    api.request('POST', `/v1/webchat/${channel}/visitors`, { key: null, headers });

  test('gets a token for a conversation of its own, renewed with it', async () => {
    const first = await come();
    expect(first.status).toBe(201);
    const { token, conversationId, expiresAt } = first.body;
    expect(conversationId).toMatch(/^visitor-[0-9a-f]{32}$/);
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - visitorTokenMs)).toBeLessThan(60_000);
    api.clock.offsetMs = 86_400_000;
    const again = await come(channelId, { authorization: `Bearer ${token}`, 'x-forwarded-for': newAddress() });
    expect(again.body.conversationId).toBe(conversationId);
    expect(Date.parse(again.body.expiresAt) - Date.parse(expiresAt)).toBeGreaterThan(86_000_000);
    expect((await come()).body.conversationId).not.toBe(conversationId);
    const chat = visitorOf({ baseUrl: api.url, secretBox: api.deps.secretBox }, channelId, again.body);
    await chat.says('Hello');
    expect(texts(await chat.transcript())).toEqual(['Hello']);
  });

  test('sees who speaks, and when', async () => {
    const weekly = [{ day: 'monday', from: '09:00', to: '17:00' }];
    const asleep = await createAgent(api, {
      name: 'Grace',
      identity: { timeZone: 'Europe/Madrid', availability: { mode: 'hours', weekly, exceptions: [] } },
    });
    const { id } = await newChat({ agentId: asleep.id, name: 'Shop' });
    api.clock.offsetMs = Date.parse('2026-11-29T12:00:00Z') - Date.now();
    expect((await api.request('GET', `/v1/webchat/${id}`, { key: null })).body).toEqual({
      ...{ agentName: 'Grace', channelName: 'Shop', available: false, opensAt: '2026-11-30T08:00:00.000Z' },
      timeZone: 'Europe/Madrid',
    });
    expect((await api.request('GET', `/v1/webchat/${channelId}`, { key: null })).body).toMatchObject({
      ...{ available: true, opensAt: null },
    });
  });

  test.each<[string, () => Promise<string>]>([
    ['there is none', async () => newId('ch')],
    ['it is a webhook', async () => (await createChannel(api, agentId)).id],
    [
      'it was deleted',
      async () => {
        const { id } = await newChat();
        await api.request('DELETE', `/v1/channels/${id}`);
        return id;
      },
    ],
  ])('finds no chat where %s', async (_why, make) => {
    const id = await make();
    const chat = visitor(id);
    expect((await api.request('GET', `/v1/webchat/${id}`, { key: null })).status).toBe(404);
    expect((await come(id)).status).toBe(404);
    expect((await chat.call('GET', '/messages')).status).toBe(404);
    expect((await chat.follow()).status).toBe(404);
    if (!_why.includes('webhook')) {
      expect((await chat.call('POST', '/messages', { id: 'm', text: 'Hello' })).status).toBe(404);
    }
    expect(signalled(chat)).toEqual([]);
  });

  test('is nobody without a token of this channel that works, or with an API key', async () => {
    const other = visitor((await newChat()).id);
    const chat = visitor();
    const bodyOf = { id: 'm', text: 'Hello' };
    for (const authorization of [undefined, 'Bearer wct_x', `Bearer ${other.token}`, `Bearer ${api.adminKey}`]) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      for (const [method, path, body] of [
        ['GET', 'messages', undefined],
        ['GET', 'events', undefined],
        ['POST', 'messages', bodyOf],
      ] as const) {
        const answered = await api.request(method, `/v1/webchat/${channelId}/${path}`, { key: null, headers, body });
        expect([answered.status, answered.body.code]).toEqual([401, 'unauthorized']);
      }
    }
    expect((await come(channelId, { authorization: `Bearer ${other.token}` })).status).toBe(401);
    // Nor is a visitor anybody to the rest of the API.
    expect((await api.request('GET', `${conversationPath(chat)}/transcript`, { key: chat.token })).status).toBe(401);
    expect((await api.request('GET', '/v1/channels', { key: chat.token })).status).toBe(401);
    api.clock.offsetMs = visitorTokenMs + 1_000;
    expect((await chat.call('GET', '/messages')).status).toBe(401);
  });

  test('many from one address wait, those from others do not', async () => {
    const crowd = { 'x-forwarded-for': newAddress() };
    const statuses = [];
    for (let n = 0; n < 14; n++) statuses.push((await come(channelId, crowd)).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(201));
    expect(statuses.slice(10)).toContain(429);
    expect((await come()).status).toBe(201);
    // What a proxy adds counts, not what the client claimed before it.
    const claimed = { 'x-forwarded-for': `${newAddress()}, ${crowd['x-forwarded-for']}` };
    const again = await come(channelId, claimed);
    expect([again.status, Number(again.headers.get('retry-after')) > 0]).toEqual([429, true]);
  });

  test('who talks without end waits', async () => {
    const chat = visitor();
    const statuses = await Promise.all(
      Array.from(
        { length: 20 },
        async (_, n) => (await chat.call('POST', '/messages', { id: `${n}`, text: 'a' })).status,
      ),
    );
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(5);
    expect(await visitor().says('b')).toMatchObject({ text: 'b' });
  });
});

describe('what a visitor says', () => {
  test('reaches the session without its text, then the transcript', async () => {
    const chat = visitor();
    const rowsWhenSignalled: unknown[] = [];
    api.sessions.before = async () => {
      rowsWhenSignalled.push(...(await chat.transcript()));
    };
    const message = await chat.says('Do you ship to Norway? <b>', 'm-1');
    expect(message).toMatchObject({ id: 'm-1', from: 'user', text: 'Do you ship to Norway? <b>', survey: null });
    expect(rowsWhenSignalled).toEqual([]);
    expect(await chat.transcript()).toEqual([message]);
    const [signal, ...others] = signalled(chat);
    expect(others).toEqual([]);
    expect(signal?.event).toEqual({ id: 'm-1', from: 'user', at: message.at, receivedAt: message.at });
    expect(signal?.workflowId).toBe(`session/${channelId}/${chat.conversationId}`);
  });

  test('is one message, however often it is sent', async () => {
    const chat = visitor();
    const first = await chat.says('Hello', 'm-1');
    expect(await chat.says('Hello', 'm-1')).toEqual(first);
    expect(await chat.says('Something else', 'm-1')).toEqual(first);
    const together = await Promise.all(Array.from({ length: 5 }, () => chat.says('Again', 'm-2')));
    expect(new Set(together.map(({ cursor }) => cursor)).size).toBe(1);
    expect(texts(await chat.transcript())).toEqual(['Hello', 'Again']);
  });

  test('is answered once nobody is being sent to', async () => {
    const chat = visitor();
    const fence = await raiseFence(api.testDatabase.url, `session/${channelId}/${chat.conversationId}`);
    let answered = false;
    const saying = chat.says('Wait').then(() => {
      answered = true;
    });
    await eventually('the signal', () => signalled(chat).length === 1);
    expect([answered, await chat.transcript()]).toEqual([false, []]);
    await fence.release();
    await saying;
    expect(texts(await chat.transcript())).toEqual(['Wait']);
  });

  test('is to be sent again when Temporal does not take it, and is not shown', async () => {
    const chat = visitor();
    api.sessions.before = () => Promise.reject(Object.assign(new Error('away'), { code: 14 }));
    const refused = await chat.call('POST', '/messages', { id: 'm-1', text: 'Hello' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await chat.transcript()).toEqual([]);
    api.sessions.before = async () => {};
    await chat.says('Hello', 'm-1');
    expect(texts(await chat.transcript())).toEqual(['Hello']);
  });

  test.each<[string, object, string, string]>([
    ['nothing', { id: 'm' }, 'text', 'required'],
    ['blanks', { id: 'm', text: ' \n' }, 'text', 'blank'],
    ['too much', { id: 'm', text: 'a'.repeat(4_097) }, 'text', 'too_long'],
    ['U+0000', { id: 'm', text: 'a\0' }, 'text', 'invalid_text'],
    ['no id', { text: 'a' }, 'id', 'required'],
    ['a sender', { id: 'm', text: 'a', from: 'agent' }, 'from', 'unknown_field'],
  ])('%s is refused', async (_what, body, path, code) => {
    const chat = visitor();
    const answered = await chat.call('POST', '/messages', body);
    expect([answered.status, answered.body.errors[0]]).toEqual([422, expect.objectContaining({ path, code })]);
    expect(signalled(chat)).toEqual([]);
  });

  test('4,096 characters are not too much', async () => {
    const text = '🙂'.repeat(4_096);
    expect((await visitor().says(text)).text).toBe(text);
  });
});

describe('what a bot says', () => {
  test('is shown, then told to the session without its text', async () => {
    const chat = visitor();
    const shownWhenSignalled: string[] = [];
    api.sessions.before = async () => {
      shownWhenSignalled.push(...texts(await chat.transcript()));
    };
    const at = new Date(Date.now() - 60_000).toISOString();
    expect((await speak(chat, 'How can I help?', { id: 'b-1', at, awaiting: 'nobody' })).status).toBe(202);
    expect((await report(chat, { from: 'operator', text: 'I take over.' })).status).toBe(202);
    expect(shownWhenSignalled).toEqual(['How can I help?', 'How can I help?', 'I take over.']);
    expect(await chat.transcript()).toMatchObject([
      { id: 'b-1', from: 'agent', text: 'How can I help?', at, deliveryId: null },
      { from: 'operator' },
    ]);
    expect(signalled(chat)[0]?.event).toMatchObject({ id: 'b-1', from: 'agent', at, awaiting: 'nobody' });
    expect(JSON.stringify(signalled(chat))).not.toContain('help');
  });

  test('repeated after it was not taken, it is the same message of the same time', async () => {
    const chat = visitor();
    api.sessions.before = () => Promise.reject(Object.assign(new Error('away'), { code: 14 }));
    expect((await speak(chat, 'Hello', { id: 'b-1' })).status).toBe(503);
    const [shown] = await chat.transcript();
    api.sessions.before = async () => {};
    api.clock.offsetMs = 5_000;
    expect((await speak(chat, 'Hello', { id: 'b-1' })).status).toBe(202);
    expect(await chat.transcript()).toEqual([shown]);
    expect(signalled(chat).map(({ event }) => event.at)).toEqual([(shown as unknown as { at: string }).at]);
  });

  test.each<[string, object, string, string]>([
    ['no text', { from: 'agent' }, 'text', 'required'],
    ['a blank text', { from: 'operator', text: ' ' }, 'text', 'blank'],
    ['the user', { from: 'user', text: 'Hello' }, 'from', 'not_of_webchat'],
    [
      'a delivery that is none',
      { from: 'agent', text: 'Hello', deliveryId: newId('dlv') },
      'deliveryId',
      'unknown_delivery',
    ],
  ])('%s is refused', async (_what, body, path, code) => {
    const chat = visitor();
    const { status, body: problem } = await report(chat, body);
    expect([status, problem.errors]).toEqual([422, [expect.objectContaining({ path, code })]]);
    expect([signalled(chat), await chat.transcript()]).toEqual([[], []]);
  });

  test('a text is refused where the service needs none', async () => {
    const { id } = await createChannel(api, agentId);
    const { status, body } = await report(visitor(id), { from: 'agent', text: 'Hello' });
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path: 'text', code: 'only_webchat' })]]);
  });

  test('a batch takes messages of other channels, and says how those of a web chat are said', async () => {
    const webhook = await createChannel(api, agentId);
    const messages = [
      { channelId, conversationId: 'a', id: '1', from: 'agent' },
      { channelId: webhook.id, conversationId: 'a', id: '1', from: 'agent' },
    ];
    const { results } = (await api.request('POST', '/v1/messages/batch', { body: { messages } })).body;
    expect(results).toMatchObject([
      { status: 422, problem: { errors: [{ path: 'channelId', code: 'not_of_webchat' }] } },
      { status: 202 },
    ]);
  });
});

describe('the transcript', () => {
  test('is read by the bot page by page, oldest first', async () => {
    const chat = visitor();
    for (const text of ['1', '2', '3']) await speak(chat, text);
    await chat.says('4');
    await speak(visitor(), 'of another');
    const read = async (query: string) =>
      (await api.request('GET', `${conversationPath(chat)}/transcript${query}`)).body;
    const first = await read('?limit=3');
    expect(texts(first.items)).toEqual(['1', '2', '3']);
    expect(first.nextCursor).toBe(first.items[2].cursor);
    const rest = await read(`?limit=3&after=${first.nextCursor}`);
    expect([texts(rest.items), rest.nextCursor]).toEqual([['4'], null]);
    expect((await read(`?after=${rest.items[0].cursor}`)).items).toEqual([]);
    expect((await read('')).items).toEqual(await chat.transcript());
    const nonsense = await api.request('GET', `${conversationPath(chat)}/transcript?after=nonsense`);
    expect([nonsense.status, nonsense.body.errors[0].path]).toEqual([422, 'after']);
  });

  test('is for those who may speak in the channel', async () => {
    const chat = visitor();
    const path = `${conversationPath(chat)}/transcript`;
    const { key: bound } = await createKey(api, { scope: 'gateway', channelIds: [channelId] });
    const { key: elsewhere } = await createKey(api, { scope: 'gateway', channelIds: [(await newChat()).id] });
    const { key: reading } = await createKey(api, { scope: 'read' });
    expect((await api.request('GET', path, { key: bound })).status).toBe(200);
    expect((await api.request('GET', path, { key: elsewhere })).status).toBe(403);
    expect((await api.request('GET', path, { key: reading })).status).toBe(403);
    expect((await api.request('GET', `/v1/channels/${newId('ch')}/conversations/a/transcript`)).status).toBe(404);
  });

  test('is erased with its conversation, with what the stream of events said of it', async () => {
    const [chat, other] = [visitor(), visitor()];
    for (const each of [chat, other]) await each.says('My name is Ada');
    const events = () =>
      api.deps.database.db
        .select({ of: sql<string>`${streamEvents.data}->>'conversationId'` })
        .from(streamEvents)
        .where(eq(streamEvents.type, 'chat.message'));
    expect(await events()).toContainEqual({ of: chat.conversationId });
    expect((await api.request('DELETE', conversationPath(chat))).status).toBe(204);
    expect(await chat.transcript()).toEqual([]);
    expect(await other.transcript()).toHaveLength(1);
    expect(await events()).not.toContainEqual({ of: chat.conversationId });
    expect(await events()).toContainEqual({ of: other.conversationId });
    expect((await api.request('DELETE', conversationPath(chat))).status).toBe(404);
    await chat.says('Here I am again');
    expect(texts(await chat.transcript())).toEqual(['Here I am again']);
  });

  test('is kept for as long as its channel says, and a followup that is being sent in any case', async () => {
    const { db } = api.deps.database;
    const [short, long] = [await newChat({ transcriptRetentionSeconds: 3_600 }), await newChat()];
    const hourAgo = new Date(Date.now() - 3_700_000);
    const message = (channel: string, messageId: string, at: Date, sender: 'user' | 'followup' = 'user') =>
      insertChatMessage(db, {
        ...{ channelId: channel, conversationId: 'visitor-1', sender, messageId, text: messageId, survey: null, at },
      });
    const followup = await createFollowup(api, [short.id]);
    const session = await storeSession(api, { channelId: short.id, agentId, conversationId: 'visitor-1' });
    const sending = await storeDelivery(api, session, followup.id, { status: 'sending', reason: 'sending' });
    await message(short.id, 'old', hourAgo);
    await message(short.id, 'new', new Date());
    await message(short.id, sending.id, hourAgo, 'followup');
    await message(long.id, 'old', hourAgo);
    expect(await purgeTranscripts(api.deps.database, Date.now())).toBe(1);
    const left = await db.select().from(chatMessages).where(eq(chatMessages.channelId, short.id));
    expect(left.map(({ messageId }) => messageId).sort()).toEqual([sending.id, 'new']);
    expect(await purgeTranscripts(api.deps.database, Date.now() + 31 * 86_400_000)).toBeGreaterThan(1);
    expect(await db.select().from(chatMessages).where(eq(chatMessages.channelId, long.id))).toEqual([]);
  });
});

describe('a stream', () => {
  test('tells a visitor what was said and what comes, of its own conversation alone', async () => {
    const [chat, other] = [visitor(), visitor()];
    await speak(chat, 'before');
    const reader = await follow(chat);
    expect([reader.status, reader.headers['content-type'], reader.headers['cache-control']]).toEqual([
      200,
      'text/event-stream',
      'no-store',
    ]);
    await came(reader, 1);
    await speak(other, 'for somebody else');
    await speak(chat, 'two\nlines');
    const said = await chat.says('mine');
    await came(reader, 3);
    expect(reader.events.map(({ type, data }) => [type, data.text])).toEqual([
      ['message', 'before'],
      ['message', 'two\nlines'],
      ['message', 'mine'],
    ]);
    expect(reader.events[2]).toEqual({ id: said.cursor, type: 'message', data: said });
  });

  test('goes on after the last message, also where that was erased', async () => {
    const chat = visitor();
    const first = await follow(chat);
    for (const text of ['1', '2']) await speak(chat, text);
    await came(first, 2);
    first.close();
    await speak(chat, '3');
    const second = await follow(chat, first.events[0]?.id);
    await came(second, 2);
    expect(texts(second.events.map(({ data }) => data))).toEqual(['2', '3']);
    await api.request('DELETE', conversationPath(chat));
    const third = await follow(chat, second.lastEventId());
    await speak(chat, '4');
    await came(third, 1);
    expect(texts(third.events.map(({ data }) => data))).toEqual(['4']);
    expect((await follow(chat, 'nonsense')).status).toBe(422);
  });

  test('tells of each message once, in the order of the transcript, while many speak at once', async () => {
    const chat = visitor();
    const early = await follow(chat);
    const saying = Array.from({ length: 60 }, (_, n) => speak(chat, `${n}`));
    const late = [await follow(chat), await follow(chat)];
    await Promise.all(saying);
    const transcript = await chat.transcript();
    expect(transcript).toHaveLength(60);
    for (const reader of [early, ...late]) {
      await came(reader, 60);
      expect(reader.events.map(({ data }) => data)).toEqual(transcript);
    }
  });

  test('misses no message of a transaction that commits late', async () => {
    const { db } = api.deps.database;
    const chat = visitor();
    const reader = await follow(chat);
    const { conversationId } = chat;
    const message = (messageId: string) => ({
      ...{ channelId, conversationId, sender: 'agent' as const, messageId, text: messageId, survey: null },
      at: new Date(),
    });
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let begun = () => {};
    const began = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const late = db.transaction(async (tx) => {
      await insertChatMessage(tx, message('late'));
      begun();
      await held;
    });
    await began;
    const early = insertChatMessage(db, message('early'));
    await eventually('the other one to wait for its turn', async () => {
      const [row] = await api.deps.database.sql`
        select count(*)::int as waiting from pg_locks where locktype = 'advisory' and not granted`;
      return row?.waiting > 0;
    });
    finish();
    await Promise.all([late, early]);
    await came(reader, 2);
    expect(texts(reader.events.map(({ data }) => data))).toEqual(['late', 'early']);
  });

  test('of another process tells what is said here', async () => {
    const events = createEventFeed({ database: api.deps.database, logger: api.deps.logger });
    const server = createServer(createApp({ ...api.deps, events }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const chat = visitor();
      const there = visitorOf(
        { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, secretBox: api.deps.secretBox },
        channelId,
        chat,
      );
      const readers = [await follow(chat), await follow(there)];
      await speak(chat, 'said here');
      await there.says('said there');
      for (const reader of readers) {
        await came(reader, 2);
        expect(texts(reader.events.map(({ data }) => data))).toEqual(['said here', 'said there']);
      }
    } finally {
      events.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('ends the oldest of too many pages of one visitor', async () => {
    const chat = visitor();
    const readers: EventReader[] = [];
    for (let n = 0; n <= maxStreamsOfConversation; n++) readers.push(await follow(chat));
    await eventually('the end of the oldest', () => readers[0]?.ended());
    await speak(chat, 'Hello');
    for (const reader of readers.slice(1)) await came(reader, 1);
  });

  test('asks the database only while somebody reads', async () => {
    for (const reader of open.splice(0)) reader.close();
    await eventually('nobody to listen', () => api.deps.events.size === 0);
    const readers = [await follow(visitor()), await follow(visitor())];
    await eventually('one to listen for all', () => api.deps.events.size === 1);
    for (const reader of readers) reader.close();
    await eventually('nobody to listen', () => api.deps.events.size === 0);
  });

  test('ends with the process', async () => {
    const ending = await startTestApi();
    const agent = await createAgent(ending);
    const { body } = await ending.request('POST', '/v1/channels', { body: webchatBody({ agentId: agent.id }) });
    const chat = visitorOf({ baseUrl: ending.url, secretBox: ending.deps.secretBox }, body.id);
    const reader = await chat.follow();
    ending.deps.events.close();
    await eventually('the end of the stream', () => reader.ended());
    const late = await chat.follow().catch(() => null);
    await eventually('the end of a late one', () => late === null || late.ended());
    await ending.stop();
  });

  describe('ends', () => {
    async function followClosely(chat: TestVisitor, after = 0, endsAtMs = Number.POSITIVE_INFINITY) {
      const feed = createChatFeed({ ...api.deps, watchEveryMs: 50 });
      const seen = { texts: [] as string[], beats: 0, ended: 0 };
      const reader: Reader = {
        take(rows) {
          seen.texts.push(...texts([...rows]));
          return undefined;
        },
        beat: () => {
          seen.beats++;
        },
        end: () => {
          seen.ended++;
        },
        endsAtMs,
      };
      const stop = feed.follow({ channelId: chat.channelId, conversationId: chat.conversationId }, after, reader);
      return { feed, seen, stop };
    }

    test('when its conversation was erased', async () => {
      const chat = visitor();
      await speak(chat, 'Hello');
      const { seen, feed } = await followClosely(chat);
      await eventually('the message', () => seen.texts.length === 1 && seen.beats > 3);
      expect(seen.ended).toBe(0);
      await api.request('DELETE', conversationPath(chat));
      await eventually('the end', () => seen.ended === 1);
      expect(feed.size).toBe(0);
    });

    test('when its channel was deleted', async () => {
      const { id } = await newChat();
      const { seen } = await followClosely(visitor(id));
      await eventually('a sign of life', () => seen.beats > 0);
      await api.request('DELETE', `/v1/channels/${id}`);
      await eventually('the end', () => seen.ended === 1);
    });

    test('when its token does', async () => {
      const { seen } = await followClosely(visitor(), 0, Date.now() + 200);
      await eventually('the end', () => seen.ended === 1);
      expect(seen.beats).toBeGreaterThan(0);
    });

    test('not for a place of what was erased before', async () => {
      const chat = visitor();
      await speak(chat, 'new');
      const { seen, stop } = await followClosely(chat, 1);
      await eventually('the message', () => seen.texts.length === 1 && seen.beats > 3);
      expect(seen.ended).toBe(0);
      stop();
    });
  });
});

test('a followup is written only while its delivery is being sent, and once', async () => {
  const { db } = api.deps.database;
  const { conversationId } = visitor();
  const followup = await createFollowup(api, [channelId]);
  const session = await storeSession(api, { channelId, agentId, conversationId });
  const { id } = await storeDelivery(api, session, followup.id, { status: 'sending', reason: 'sending' });
  const write = (messageId: string, text: string) =>
    db.transaction((tx) =>
      insertFollowupMessage(tx, {
        ...{ channelId, conversationId, sender: 'followup', messageId, text, survey: null, at: new Date() },
      }),
    );
  expect(await write(id, 'first')).toBe(true);
  expect(await write(id, 'again')).toBe(true);
  expect(await write(newId('dlv'), 'of none')).toBe(false);
  await db.update(deliveries).set({ status: 'skipped', reason: 'user_replied' }).where(eq(deliveries.id, id));
  expect(await write(id, 'too late')).toBe(false);
  const rows = await db.select().from(chatMessages).where(eq(chatMessages.conversationId, conversationId));
  expect(texts(rows)).toEqual(['first']);
});

test('a bot hears that something was said, and by whom, not what', async () => {
  // Of its own: on the others things may still be happening.
  const { id: channelId } = await newChat();
  const chat = visitor(channelId);
  const { key } = await createKey(api, { scope: 'gateway', channelIds: [channelId] });
  const reader = await readEvents(api.url, key);
  open.push(reader);
  await chat.says('My name is Ada', 'm-1');
  await speak(chat, 'Hello Ada', { id: 'b-1' });
  await came(reader, 2);
  const common = { type: 'chat.message', at: expect.any(String), channelId, conversationId: chat.conversationId };
  expect(reader.events.map(({ type, data }) => [type, data])).toEqual([
    ['chat.message', { ...common, from: 'user', messageId: 'm-1' }],
    ['chat.message', { ...common, from: 'agent', messageId: 'b-1' }],
  ]);
});
