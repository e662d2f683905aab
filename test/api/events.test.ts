import { eq, sql } from 'drizzle-orm';
import type { Config } from '../../src/config';
import { purgeStreamEvents } from '../../src/db/queries/stream-events';
import { deliveries, sessions, streamEvents } from '../../src/db/schema';
import { freePort } from '../../src/embedded/ports';
import { newId } from '../../src/ids';
import { createExposition } from '../../src/observability/exposition';
import { untraced } from '../../src/observability/tracer';
import { purgeEvents } from '../../src/parts/purge-events';
import { startApi } from '../../src/parts/start-api';
import { lazyClient } from '../../src/temporal/connection';
import { startTestApi, type TestApi } from '../support/api';
import { type EventReader, readEvents } from '../support/events';
import { eventually } from '../support/eventually';
import { storeDelivery, storeSession } from '../support/stored-history';
import { createAgent, createChannel, createFollowup, createKey } from '../support/things';

let api: TestApi;
let agentId: string;
let channelId: string;
let followupId: string;
const open: EventReader[] = [];
beforeAll(async () => {
  api = await startTestApi();
  agentId = (await createAgent(api)).id;
  channelId = (await createChannel(api, agentId)).id;
  followupId = (await createFollowup(api, [channelId])).id;
});
afterAll(() => api?.stop());
afterEach(() => {
  for (const reader of open.splice(0)) reader.close();
});

async function stream(options: { query?: string; lastEventId?: string; key?: string } = {}): Promise<EventReader> {
  const reader = await readEvents(api.url, options.key ?? api.adminKey, options);
  open.push(reader);
  return reader;
}
const session = (conversationId: string, channel = channelId) =>
  storeSession(api, { channelId: channel, agentId, conversationId });
const came = (reader: EventReader, count: number) =>
  eventually(`${count} events`, () => reader.events.length >= count && reader.events);
const types = (reader: EventReader) => reader.events.map(({ type }) => type);

test('tells of sessions and deliveries as they happen, as documented', async () => {
  const { db } = api.deps.database;
  const reader = await stream();
  expect(reader.status).toBe(200);
  expect(reader.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const { id: sessionId, ...row } = await session('visitor-1');
  const { id: deliveryId } = await storeDelivery(api, { id: sessionId, ...row }, followupId, {
    status: 'queued',
    reason: 'queued',
  });
  const change = (values: Partial<typeof deliveries.$inferInsert>) =>
    db.update(deliveries).set(values).where(eq(deliveries.id, deliveryId));
  await change({ status: 'sending', reason: 'sending' });
  await change({ status: 'sending', reason: 'retrying' });
  await change({ updatedAt: new Date() });
  await change({ status: 'sent', reason: 'sent', sentAt: new Date() });
  const responseAt = new Date(Date.now() + 5_000);
  await change({ responseAt });
  await db
    .update(sessions)
    .set({ status: 'ended', endedBy: 'gateway', outcome: 'resolved' })
    .where(eq(sessions.id, sessionId));
  await came(reader, 7);
  expect(types(reader)).toEqual([
    'session.opened',
    'delivery.queued',
    'delivery.sending',
    'delivery.sending',
    'delivery.sent',
    'delivery.responded',
    'session.ended',
  ]);
  const common = { at: expect.stringMatching(/Z$/), channelId, conversationId: 'visitor-1', sessionId };
  const delivery = { ...common, deliveryId, followupId, status: 'sent', reason: 'sent' };
  expect(reader.events[0]?.data).toEqual({ type: 'session.opened', ...common });
  expect(reader.events[3]?.data).toEqual({
    ...delivery,
    type: 'delivery.sending',
    status: 'sending',
    reason: 'retrying',
  });
  expect(reader.events[4]?.data).toEqual({ type: 'delivery.sent', ...delivery });
  expect(reader.events[5]?.data).toEqual({
    ...{ type: 'delivery.responded', ...delivery },
    responseAt: responseAt.toISOString(),
  });
  expect(reader.events[6]?.data).toEqual({
    ...{ type: 'session.ended', ...common },
    ...{ endedBy: 'gateway', outcome: 'resolved' },
  });
});

test('goes on after the last event, by header or by query, and misses nothing', async () => {
  const first = await stream();
  await session('before');
  await came(first, 1);
  first.close();
  const missed = [await session('missed-1'), await session('missed-2')];
  const resumed = [
    await stream({ lastEventId: first.lastEventId() }),
    await stream({ query: `?lastEventId=${first.lastEventId()}` }),
    await stream({ lastEventId: first.lastEventId(), query: '?lastEventId=nonsense' }),
  ];
  const next = await session('next');
  for (const reader of resumed) {
    await came(reader, 3);
    expect(reader.events.map(({ data }) => data.sessionId)).toEqual([...missed, next].map(({ id }) => id));
  }
});

test('a stream that was cut before anything came goes on from where it began', async () => {
  const first = await stream();
  first.close();
  const { id } = await session('in-between');
  const second = await stream({ lastEventId: first.lastEventId() });
  await came(second, 1);
  expect(second.events.map(({ data }) => data.sessionId)).toEqual([id]);
});

test('skips no event of a transaction that commits late', async () => {
  const { db } = api.deps.database;
  const reader = await stream();
  let finish = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const insert = (conversationId: string) => ({
    ...{ id: newId('ses'), channelId, agentId, conversationId, workflowId: 'w', openedByRunId: conversationId },
    ...{ firstRunId: 'r', runId: 'r', status: 'open' as const, startedAt: new Date(), planRevision: 1 },
  });
  let begun = () => {};
  const began = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const late = db.transaction(async (tx) => {
    await tx.insert(sessions).values(insert('late'));
    begun();
    await held;
  });
  await began;
  await session('early');
  // It is in the table, and would be told if nobody minded the one that is under way.
  const rows = await db.select().from(streamEvents).where(sql`${streamEvents.data}->>'conversationId' = 'early'`);
  expect(rows).toHaveLength(1);
  const second = await stream();
  finish();
  await late;
  for (const each of [reader, second]) {
    await came(each, 2);
    expect(each.events.map(({ data }) => data.conversationId)).toEqual(['late', 'early']);
  }
});

test('a gateway hears of its own channels, a reader of all, and a filter narrows it down', async () => {
  const other = (await createChannel(api, agentId)).id;
  const { key: bound } = await createKey(api, { scope: 'gateway', channelIds: [channelId] });
  const { key: reading } = await createKey(api, { scope: 'read' });
  const [gateway, reader, filtered] = [
    await stream({ key: bound }),
    await stream({ key: reading }),
    await stream({ query: `?channelId=${other}` }),
  ];
  await session('of-mine');
  await session('of-other', other);
  await session('of-mine-again');
  await came(reader, 3);
  await came(gateway, 2);
  await came(filtered, 1);
  expect(gateway.events.map(({ data }) => data.conversationId)).toEqual(['of-mine', 'of-mine-again']);
  expect(filtered.events.map(({ data }) => data.conversationId)).toEqual(['of-other']);
  expect((await stream({ key: bound, query: `?channelId=${other}` })).status).toBe(403);
  expect((await stream({ key: 'nobody' })).status).toBe(401);
});

test('200 sessions opened at once: everybody hears of each, once, in one order, however often they were cut off', async () => {
  const whole = await stream();
  const begin = whole.lastEventId();
  const heard: string[] = [];
  let cut = await stream({ lastEventId: begin });
  const opening = Promise.all(Array.from({ length: 200 }, (_, index) => session(`many-${index}`)));
  while (heard.length + cut.events.length < 200) {
    const wanted = cut.events.length + 1;
    await eventually('more events', () => cut.events.length >= wanted || cut.ended());
    cut.close();
    heard.push(...cut.events.map(({ id }) => id));
    cut = await stream({ lastEventId: heard.at(-1) ?? begin });
  }
  const made = (await opening).map(({ id }) => id);
  heard.push(...cut.events.map(({ id }) => id));
  await came(whole, 200);
  expect(heard).toEqual(whole.events.map(({ id }) => id));
  expect(whole.events.map(({ data }) => data.sessionId).sort()).toEqual([...made].sort());
  // From the beginning, page after page, it is the same.
  const again = await stream({ lastEventId: begin });
  await came(again, 200);
  expect(again.events).toEqual(whole.events);
});

test('goes on where the last event was erased', async () => {
  const first = await stream();
  await session('erased');
  await came(first, 1);
  await api.request('DELETE', `/v1/channels/${channelId}/conversations/erased`);
  const second = await stream({ lastEventId: first.lastEventId() });
  await session('after');
  for (const reader of [first, second]) {
    await eventually('the next event', () => reader.events.at(-1)?.data.conversationId === 'after');
  }
});

test('a client that reads too slowly is cut off, and comes back for the rest', async () => {
  const slow = await stream();
  slow.pause();
  const fast = await stream({ lastEventId: slow.lastEventId() });
  // Enough to fill what the system keeps for a connection, and what is kept here.
  const count = 50_000;
  await api.deps.database.db.execute(sql`
    insert into stream_events (type, channel_id, session_id, data)
    select 'session.opened', ${channelId}, 'ses_' || lpad(n::text, 32, '0'),
      jsonb_build_object('conversationId', repeat('x', 180) || n)
    from generate_series(1, ${count}::int) n`);
  await came(fast, count);
  await eventually('the end of the slow one', () => api.deps.events.size === 1);
  slow.resume();
  await eventually('what it had been sent', () => slow.ended());
  expect(slow.events.length).toBeLessThan(count);
  const rest = await stream({ lastEventId: slow.lastEventId() });
  await came(rest, count - slow.events.length);
  expect([...slow.events, ...rest.events].map(({ id }) => id)).toEqual(fast.events.map(({ id }) => id));
}, 120_000);

test.each<[string, string, string]>([
  ['nonsense', 'nonsense', 'invalid_event_id'],
  ['an id of another kind', Buffer.from('1.2').toString('base64url'), 'invalid_event_id'],
  ['an event older than is kept', Buffer.from('1.2.1000000000000').toString('base64url'), 'too_old'],
])('%s as Last-Event-ID is refused', async (_what, lastEventId, code) => {
  for (const given of [
    { headers: { 'last-event-id': lastEventId }, query: '' },
    { headers: {}, query: `?lastEventId=${lastEventId}` },
  ]) {
    const { status, body } = await api.request('GET', `/v1/events${given.query}`, { headers: given.headers });
    expect([status, body.errors[0]]).toEqual([422, expect.objectContaining({ path: 'lastEventId', code })]);
  }
});

test('asks the database only while somebody listens', async () => {
  await eventually('nobody to listen', () => api.deps.events.size === 0);
  const reader = await stream();
  expect(api.deps.events.size).toBe(1);
  reader.close();
  await eventually('nobody to listen', () => api.deps.events.size === 0);
});

test('events are kept for 7 days, and then deleted a few at a time, by one process at a time', async () => {
  const { db } = api.deps.database;
  await db.delete(streamEvents);
  await db.execute(sql`
    insert into stream_events (type, channel_id, session_id, data, at)
    select 'session.opened', ${channelId}, 's', '{}', now() - make_interval(days => n)
    from generate_series(20, 0, -1) n`);
  const before = new Date(Date.now() - 15.5 * 86_400_000);
  expect(await purgeStreamEvents(db, before, 2)).toBe(2);
  expect(await purgeStreamEvents(db, before, 100)).toBe(3);
  const purged = await Promise.all([1, 2, 3].map(() => purgeEvents(api.deps.database, Date.now())));
  expect(purged.reduce((sum, each) => sum + each, 0)).toBe(8);
  expect(await db.select().from(streamEvents)).toHaveLength(8);
});

test('the end of the process ends every stream at once', async () => {
  const ending = await startTestApi();
  const reader = await readEvents(ending.url, ending.adminKey);
  ending.deps.events.close();
  await eventually('the end of the stream', () => reader.ended());
  const late = await readEvents(ending.url, ending.adminKey).catch(() => null);
  await eventually('the end of a late one', () => late === null || late.ended());
  await ending.stop();
});

test('the API stops in good time although streams are open', async () => {
  const { database, secretBox, webhooks, rateLimits, logger } = api.deps;
  const { client, close } = lazyClient({ address: '127.0.0.1:1', namespace: 'default', taskQueue: 'none' });
  const port = await freePort();
  const running = await startApi({
    config: {
      ...{ host: '127.0.0.1', port, publicUrl: `http://127.0.0.1:${port}`, rateLimits },
      temporal: {
        namespace: 'default',
        taskQueue: 'none',
        uiUrl: null,
        payloadKeys: [] as Buffer[],
      } as Config['temporal'],
    },
    ...{ database, client, secretBox, webhooks, logger, readiness: async () => ({}) },
    observability: { exposition: createExposition(), tracer: untraced },
  });
  const reader = await readEvents(`http://127.0.0.1:${port}`, api.adminKey);
  const begunAtMs = Date.now();
  await running.close();
  // Connections that are still open are cut after two seconds; nobody had to wait for that.
  expect(Date.now() - begunAtMs).toBeLessThan(1_900);
  await eventually('the end of the stream', () => reader.ended());
  await close();
});
