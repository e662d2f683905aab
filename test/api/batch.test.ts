import { startTestApi, type TestApi } from '../support/api';
import { raiseFence } from '../support/fence';
import { storeDelivery, storeSession } from '../support/stored-history';
import { createAgent, createChannel, createFollowup, createKey } from '../support/things';

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
  api.sessions.messages.length = 0;
  api.sessions.batches.length = 0;
  api.sessions.before = async () => {};
});

const post = (messages: unknown, key = api.adminKey) =>
  api.request('POST', '/v1/messages/batch', { body: { messages }, key });
const message = (id: string, fields: object = {}) => ({
  channelId,
  conversationId: 'visitor-1',
  id,
  from: 'agent',
  ...fields,
});
const statuses = (results: { status: number }[]) => results.map(({ status }) => status);

test('a batch is applied per conversation as a whole: one signal for each, and a result for each message', async () => {
  const at = (minute: number) => new Date(Date.now() - minute * 60_000).toISOString();
  const other = (await createChannel(api, agentId)).id;
  const { status, body } = await post([
    message('1', { at: at(3) }),
    message('2', { conversationId: 'visitor-2', from: 'user', at: at(2) }),
    message('3', { from: 'user', at: at(5), deliveryId: 'dlv_whatever' }),
    message('4', { channelId: other, awaiting: 'nobody' }),
  ]);
  expect([status, statuses(body.results)]).toEqual([200, [202, 202, 202, 202]]);
  expect(body.results[2]).toEqual({
    index: 2,
    status: 202,
    conversationId: 'visitor-1',
    workflowId: `session/${channelId}/visitor-1`,
  });
  expect(api.sessions.batches).toMatchObject([
    {
      workflowId: `session/${channelId}/visitor-1`,
      ...{ channelId, agentId, conversationId: 'visitor-1' },
      events: [
        { id: '1', from: 'agent', receivedAt: expect.any(String) },
        { id: '3', from: 'user' },
      ],
    },
  ]);
  expect(api.sessions.batches[0]?.events[1]).not.toHaveProperty('deliveryId');
  expect(api.sessions.messages).toHaveLength(2);
  expect(api.sessions.messages).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ conversationId: 'visitor-2', event: expect.objectContaining({ id: '2' }) }),
      expect.objectContaining({ channelId: other, event: expect.objectContaining({ awaiting: 'nobody' }) }),
    ]),
  );
});

test('what is wrong with one message is said of that one, and the others are taken', async () => {
  const deleted = (await createChannel(api, agentId)).id;
  await api.request('DELETE', `/v1/channels/${deleted}`);
  const { status, body } = await post([
    message('1'),
    message('2', { from: 'nobody' }),
    message('3', { channelId: `ch_${'0'.repeat(32)}` }),
    message('4', { channelId: deleted }),
    message('5', { at: new Date(Date.now() - 8 * 86_400_000).toISOString() }),
    message('6', { deliveryId: 'dlv_none' }),
    message('7', { text: 'Hello' }),
    message('8', { conversationId: 'a b' }),
    {},
    message('9', { from: 'operator' }),
  ]);
  expect(status).toBe(200);
  expect(statuses(body.results)).toEqual([202, 422, 404, 404, 422, 422, 422, 422, 422, 202]);
  expect(body.results.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const problems = body.results.flatMap(({ problem }: { problem?: { errors: { path: string }[] } }) => problem ?? []);
  expect(problems.map(({ errors }: { errors: { path: string }[] }) => errors[0]?.path)).toEqual([
    'from',
    undefined,
    undefined,
    'at',
    'deliveryId',
    'text',
    'conversationId',
    'id',
  ]);
  expect(body.results[1].problem).toMatchObject({
    type: 'http://127.0.0.1:3000/problems/validation_failed',
    code: 'validation_failed',
    errors: [{ message: expect.stringContaining('for example') }],
  });
  expect(api.sessions.batches.map(({ events }) => events.map(({ id }) => id))).toEqual([['1', '9']]);
});

test('a gateway key reports for its own channels alone', async () => {
  const other = (await createChannel(api, agentId)).id;
  const { key } = await createKey(api, { scope: 'gateway', channelIds: [channelId] });
  const { body } = await post([message('1'), message('2', { channelId: other })], key);
  expect(statuses(body.results)).toEqual([202, 403]);
  const { key: reader } = await createKey(api, { scope: 'read' });
  expect((await post([message('1')], reader)).status).toBe(403);
});

test("a followup's own message is accepted, and nothing is signalled", async () => {
  const followup = await createFollowup(api, [channelId]);
  const session = await storeSession(api, { channelId, agentId, conversationId: 'echo' });
  const { id: deliveryId } = await storeDelivery(api, session, followup.id);
  const { body } = await post([
    message('1', { conversationId: 'echo', deliveryId }),
    message('2', { conversationId: 'other', deliveryId }),
  ]);
  expect(statuses(body.results)).toEqual([202, 422]);
  expect([api.sessions.messages, api.sessions.batches]).toEqual([[], []]);
});

test('conversation ids are hashed where the channel says so', async () => {
  const hashing = (await createChannel(api, agentId, { hashConversationIds: true })).id;
  const { body } = await post([message('1', { channelId: hashing, conversationId: '+34600000000' })]);
  expect(body.results[0].conversationId).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.stringify([body, api.sessions.messages])).not.toContain('34600000000');
});

test.each<[string, unknown]>([
  ['no message', []],
  ['more than 500', Array.from({ length: 501 }, (_, index) => message(String(index)))],
  ['no list', { 0: message('1') }],
  ['something else than messages', [message('1'), 'message']],
])('%s: refused as a whole', async (_what, messages) => {
  const { status, body } = await post(messages);
  expect([status, body.code]).toEqual([422, 'validation_failed']);
  expect([api.sessions.messages, api.sessions.batches]).toEqual([[], []]);
});

test('500 messages are taken, in a body of up to 1 MB', async () => {
  const long = 'x'.repeat(150);
  const many = Array.from({ length: 500 }, (_, index) =>
    message(`${long}-${index}`, { conversationId: `${long}-${index % 250}`, from: index % 2 ? 'user' : 'agent' }),
  );
  const { status, body } = await post(many);
  expect([status, body.results.length, new Set(statuses(body.results))]).toEqual([200, 500, new Set([202])]);
  expect(api.sessions.batches).toHaveLength(250);
  const tooLarge = await post([message('1', { conversationId: 'x'.repeat(1_100_000) })]);
  expect([tooLarge.status, tooLarge.body.code]).toEqual([413, 'body_too_large']);
});

test('what Temporal does not take is to be sent again, and nothing else', async () => {
  let calls = 0;
  api.sessions.before = async () => {
    calls += 1;
    if (calls === 2) throw Object.assign(new Error('rpc'), { code: 14 });
    if (calls === 3) throw Object.assign(new Error('rpc'), { code: 8 });
  };
  const { status, body } = await post(
    ['a', 'b', 'c', 'd'].map((conversationId) => message('1', { conversationId, from: 'user' })),
  );
  expect([status, statuses(body.results).sort()]).toEqual([200, [202, 202, 429, 503]]);
});

test('while Temporal says nothing, the caller hears within 5 seconds', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  api.sessions.before = () => held;
  const begunAtMs = Date.now();
  const { body } = await post(
    Array.from({ length: 60 }, (_, index) => message('1', { conversationId: `c-${index}`, from: 'user' })),
  );
  expect(new Set(statuses(body.results))).toEqual(new Set([503]));
  expect(Date.now() - begunAtMs).toBeLessThan(5_500);
  release();
});

test("a reply's result waits for the session that is being sent to, and only for that one", async () => {
  const fence = await raiseFence(api.testDatabase.url, `session/${channelId}/fenced`);
  try {
    let answered = false;
    const batch = post([
      message('1', { conversationId: 'fenced', from: 'user' }),
      message('2', { conversationId: 'free', from: 'user' }),
    ]).then((response) => {
      answered = true;
      return response;
    });
    // Others get through the whole stack meanwhile, an agent's message to the same session among them.
    for (let round = 0; round < 5; round++) {
      expect(statuses((await post([message('3', { conversationId: 'fenced' })])).body.results)).toEqual([202]);
      expect(statuses((await post([message('4', { conversationId: 'free', from: 'user' })])).body.results)).toEqual([
        202,
      ]);
    }
    expect(answered).toBe(false);
    await fence.release();
    expect(statuses((await batch).body.results)).toEqual([202, 202]);
  } finally {
    await fence.release();
  }
});
