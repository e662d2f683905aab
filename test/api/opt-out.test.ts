import { optOuts } from '../../src/db/schema';
import { startTestApi, type TestApi } from '../support/api';
import { raiseFence } from '../support/fence';
import { createAgent, createChannel, createKey } from '../support/things';

let api: TestApi;
let agentId: string;
let channelId: string;
beforeAll(async () => {
  api = await startTestApi();
  agentId = (await createAgent(api)).id;
  channelId = (await createChannel(api, agentId)).id;
});
afterAll(() => api?.stop());
beforeEach(() => {
  api.sessions.optOuts.length = 0;
  api.sessions.before = async () => {};
});

const path = (conversationId: string, channel = channelId) =>
  `/v1/channels/${channel}/conversations/${conversationId}/opt-out`;
const put = (conversationId: string, channel?: string) => api.request('PUT', path(conversationId, channel));
const remove = (conversationId: string) => api.request('DELETE', path(conversationId));
const stored = async (conversationId: string) =>
  (await api.deps.database.db.select().from(optOuts)).some((row) => row.conversationId === conversationId);

test('an opt-out is stored, and told to the session; repeated it is told again', async () => {
  expect((await put('a')).status).toBe(204);
  expect(await stored('a')).toBe(true);
  expect((await put('a')).status).toBe(204);
  const workflowId = `session/${channelId}/a`;
  expect(api.sessions.optOuts).toEqual([
    { workflowId, optedOut: true },
    { workflowId, optedOut: true },
  ]);
});

test('an opt-in removes it, also where there was none', async () => {
  await put('b');
  expect((await remove('b')).status).toBe(204);
  expect((await remove('b')).status).toBe(204);
  expect(await stored('b')).toBe(false);
  expect(api.sessions.optOuts.map(({ optedOut }) => optedOut)).toEqual([true, false, false]);
});

test('of two who change it at once the session hears last what is stored', async () => {
  for (let round = 0; round < 20; round++) {
    api.sessions.optOuts.length = 0;
    // Signals take different times, so that they overtake each other.
    api.sessions.before = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
    await Promise.all([put(`c-${round}`), remove(`c-${round}`), put(`c-${round}`), remove(`c-${round}`)]);
    expect(api.sessions.optOuts.at(-1)?.optedOut).toBe(await stored(`c-${round}`));
  }
});

test('is not acknowledged while the session is being sent to', async () => {
  const fence = await raiseFence(api.testDatabase.url, `session/${channelId}/fenced`);
  try {
    let answered = false;
    const optOut = put('fenced').then((response) => {
      answered = true;
      return response;
    });
    for (let round = 0; round < 5; round++) await put('free');
    expect(answered).toBe(false);
    await fence.release();
    expect((await optOut).status).toBe(204);
  } finally {
    await fence.release();
  }
});

test('while Temporal is away: 503, and it holds for sessions to come', async () => {
  api.sessions.before = () => Promise.reject(Object.assign(new Error('rpc'), { code: 14 }));
  expect((await put('away')).status).toBe(503);
  expect(await stored('away')).toBe(true);
});

test('a hashed conversation is stored by its pseudonym', async () => {
  const hashing = (await createChannel(api, agentId, { hashConversationIds: true })).id;
  expect((await put('+34600000000', hashing)).status).toBe(204);
  const rows = await api.deps.database.db.select().from(optOuts);
  expect(JSON.stringify([rows, api.sessions.optOuts])).not.toContain('34600000000');
  expect(rows.find((row) => row.channelId === hashing)?.conversationId).toMatch(/^[0-9a-f]{64}$/);
});

test('who may: a gateway for its channels, and admin', async () => {
  const other = (await createChannel(api, agentId)).id;
  const { key: bound } = await createKey(api, { scope: 'gateway', channelIds: [channelId] });
  const { key: reader } = await createKey(api, { scope: 'read' });
  expect((await api.request('PUT', path('d'), { key: bound })).status).toBe(204);
  expect((await api.request('PUT', path('d', other), { key: bound })).status).toBe(403);
  expect((await api.request('PUT', path('d'), { key: reader })).status).toBe(403);
  expect((await put('d', `ch_${'0'.repeat(32)}`)).status).toBe(404);
  expect((await put('d%20e')).status).toBe(422);
});

test('is in the audit log once for each change, without the id of the conversation', async () => {
  await put('audited-visitor');
  await put('audited-visitor');
  await remove('audited-visitor');
  const { body } = await api.request('GET', '/v1/audit?kind=conversation&limit=2');
  expect(body.items.map(({ action }: { action: string }) => action)).toEqual(['opt_in', 'opt_out']);
  expect(JSON.stringify(body)).not.toContain('audited-visitor');
});
