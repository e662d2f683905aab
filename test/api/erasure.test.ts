import { eq } from 'drizzle-orm';
import { forbidSessions, forgetErasedRuns, isErased } from '../../src/db/queries/erase-conversation';
import { openSession } from '../../src/db/queries/open-session';
import {
  channels,
  decisions,
  deliveries,
  deliveryAttempts,
  erasedCounts,
  optOuts,
  sessions,
  silences,
  streamEvents,
} from '../../src/db/schema';
import { startTestApi, type TestApi } from '../support/api';
import { storeAttempt, storeDecision, storeDelivery, storeSession } from '../support/stored-history';
import { createAgent, createChannel, createFollowup, createKey } from '../support/things';

let api: TestApi;
let agentId: string;
let channelId: string;
let followupId: string;
beforeAll(async () => {
  api = await startTestApi();
  // Ten hours before UTC, all year round.
  agentId = (await createAgent(api, { identity: { timeZone: 'Pacific/Honolulu' } })).id;
  channelId = (await createChannel(api, agentId)).id;
  followupId = (await createFollowup(api, [channelId])).id;
});
afterAll(() => api?.stop());
beforeEach(() => {
  api.sessions.deleted.length = 0;
  api.sessions.before = async () => {};
});

const erase = (conversationId: string, channel = channelId, key = api.adminKey) =>
  api.request('DELETE', `/v1/channels/${channel}/conversations/${conversationId}`, { key });

/** A conversation with a row in every table. */
async function storeConversation(conversationId: string, channel = channelId): Promise<string> {
  const { db } = api.deps.database;
  const session = await storeSession(api, { channelId: channel, agentId, conversationId });
  const sentAt = new Date('2026-11-30T05:00:00Z');
  const { id } = await storeDelivery(api, session, followupId, { sentAt, responseAt: new Date() });
  await storeAttempt(api, { deliveryId: id, attempt: 1 });
  await storeDecision(api, {
    ...{ sessionId: session.id, sequence: 0, followupId, at: sentAt, anchorAt: sentAt, dueAt: sentAt },
    ...{ status: 'sent', reason: 'sent' },
    decidedOn: { lastUserMessageAt: null, lastOperatorMessageAt: null, planRevision: 1, availableUntil: null },
  });
  await db.insert(silences).values({
    ...{ sessionId: session.id, startedAt: sentAt, channelId: channel, seconds: 90, endedBy: 'user', nudged: false },
  });
  await db.insert(optOuts).values({ channelId: channel, conversationId });
  return session.id;
}

/** What all tables say of a conversation, as text. */
async function everything(): Promise<string> {
  const { db } = api.deps.database;
  const rows = [];
  for (const table of [sessions, deliveries, deliveryAttempts, decisions, silences, optOuts, streamEvents]) {
    rows.push(await db.select().from(table));
  }
  return JSON.stringify(rows);
}

test('rows are erased, those of other conversations stay, and what they counted for is kept', async () => {
  const { db } = api.deps.database;
  const sessionId = await storeConversation('gone');
  const other = await storeConversation('stays');
  expect(await everything()).toContain(sessionId);
  expect((await erase('gone')).status).toBe(204);
  const left = await everything();
  expect(left).not.toContain(sessionId);
  expect(left).not.toContain('"gone"');
  expect(left).toContain(other);
  expect((await db.select().from(deliveryAttempts)).length).toBe(1);
  // The evening before in the agent's zone.
  const kept = { followupId, channelId, date: '2026-11-29', sent: 1, responded: 1 };
  expect(await db.select().from(erasedCounts)).toEqual([kept]);
  expect(api.sessions.deleted).toEqual([{ workflowId: `session/${channelId}/gone`, runIds: [expect.any(String)] }]);

  expect((await erase('stays')).status).toBe(204);
  expect(await db.select().from(erasedCounts)).toEqual([{ ...kept, sent: 2, responded: 2 }]);
});

test('what nothing is known of is not found, an erased conversation neither', async () => {
  expect((await erase('never')).status).toBe(404);
  await storeConversation('twice');
  expect((await erase('twice')).status).toBe(204);
  expect((await erase('twice')).status).toBe(404);
  expect((await erase('x', `ch_${'0'.repeat(32)}`)).status).toBe(404);
});

test('only what was sent is counted', async () => {
  const session = await storeSession(api, { channelId, agentId, conversationId: 'queued' });
  const { id } = await createFollowup(api, [channelId]);
  await storeDelivery(api, session, id, { status: 'queued', reason: 'queued' });
  expect((await erase('queued')).status).toBe(204);
  expect(await api.deps.database.db.select().from(erasedCounts).where(eq(erasedCounts.followupId, id))).toEqual([]);
});

test('hashed conversations are found by the id of the gateway, and by the one that answers show', async () => {
  const hashing = (await createChannel(api, agentId, { hashConversationIds: true })).id;
  for (const way of ['given', 'shown']) {
    const path = `/v1/channels/${hashing}/conversations/+34600000000`;
    const { body } = await api.request('POST', `${path}/messages`, { body: { id: '1', from: 'user' } });
    await storeConversation(body.conversationId, hashing);
    expect((await erase(way === 'given' ? '+34600000000' : body.conversationId, hashing)).status).toBe(204);
    expect(await everything()).not.toContain(body.conversationId);
  }
});

test('the history of a deleted channel can be erased, too', async () => {
  const { id } = await createChannel(api, agentId);
  await storeConversation('old', id);
  await api.request('DELETE', `/v1/channels/${id}`);
  expect((await erase('old', id)).status).toBe(204);
});

test('while Temporal is away: 503, nothing is erased yet, and it may be repeated', async () => {
  const sessionId = await storeConversation('away');
  api.sessions.before = () => Promise.reject(Object.assign(new Error('rpc'), { code: 14 }));
  expect((await erase('away')).status).toBe(503);
  expect(await everything()).toContain(sessionId);
  api.sessions.before = async () => {};
  expect((await erase('away')).status).toBe(204);
});

test('however many erase it at once, it is counted once', async () => {
  await api.deps.database.db.delete(erasedCounts);
  await storeConversation('contended');
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => erase('contended')));
  expect(answers.map(({ status }) => status)).toContain(204);
  for (const { status } of answers) expect([204, 404]).toContain(status);
  expect(await api.deps.database.db.select().from(erasedCounts)).toMatchObject([{ sent: 1 }]);
});

test('a run that is ended by an erasure opens no session any more, and one that is opening one is waited for', async () => {
  const { db } = api.deps.database;
  const input = {
    ...{ channelId, conversationId: 'opening', firstMessageAtMs: 1_000, lastMessageAtMs: 2_000, carriedFloorMs: null },
  };
  const run = (firstRunId: string) => ({ workflowId: `session/${channelId}/opening`, runId: firstRunId, firstRunId });
  const open = (firstRunId: string) => openSession(db, run(firstRunId), { ...input, firstRunId }, Date.now());
  let finish = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let begun = () => {};
  const began = new Promise<void>((resolve) => {
    begun = resolve;
  });
  // As openSession does.
  const opening = db.transaction(async (tx) => {
    await tx.select().from(channels).where(eq(channels.id, channelId)).for('key share');
    begun();
    await held;
  });
  await began;
  let forbidden = false;
  const forbidding = forbidSessions(db, channelId, ['erased-run']).then(() => {
    forbidden = true;
  });
  // The same table, through the whole stack, meanwhile.
  for (let round = 0; round < 5; round++) await api.request('GET', `/v1/channels/${channelId}`);
  expect(forbidden).toBe(false);
  finish();
  await Promise.all([opening, forbidding]);
  expect(await open('erased-run')).toEqual({ kind: 'erased' });
  expect(await open('another-run')).toMatchObject({ kind: 'opened' });
  await forgetErasedRuns(db, new Date(Date.now() + 1_000));
  expect(await isErased(db, 'erased-run')).toBe(false);
});

test('who may: a gateway for its channels, and admin', async () => {
  const other = (await createChannel(api, agentId)).id;
  const { key: bound } = await createKey(api, { scope: 'gateway', channelIds: [channelId] });
  const { key: reader } = await createKey(api, { scope: 'read' });
  await storeConversation('mine');
  expect((await erase('mine', channelId, reader)).status).toBe(403);
  expect((await erase('mine', other, bound)).status).toBe(403);
  expect((await erase('mine', channelId, bound)).status).toBe(204);
});

test('is in the audit log, without the id of the conversation', async () => {
  await storeConversation('audited-visitor');
  await erase('audited-visitor');
  const { body } = await api.request('GET', '/v1/audit?kind=conversation&limit=1');
  expect(body.items[0]).toMatchObject({ action: 'erase', kind: 'conversation' });
  expect(JSON.stringify(body)).not.toContain('audited-visitor');
});
