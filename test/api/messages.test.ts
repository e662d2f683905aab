import { type ApiResponse, startTestApi, type TestApi } from '../support/api';
import { raiseFence } from '../support/fence';
import { storeDelivery, storeSession } from '../support/stored-history';
import { createAgent, createChannel, createFollowup } from '../support/things';

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
  api.sessions.ends.length = 0;
  api.sessions.before = async () => {};
});

const post = (what: 'messages' | 'end', body: unknown, conversationId = 'visitor-1', channel = channelId) =>
  api.request('POST', `/v1/channels/${channel}/conversations/${conversationId}/${what}`, { body });

const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString();
const near = (time: string | undefined, expectedMs: number) =>
  expect(Math.abs(Date.parse(time ?? '') - expectedMs)).toBeLessThan(60_000);

test('a message is signalled to the session of its conversation', async () => {
  const at = minutes(-1);
  const response = await post('messages', { id: 'm-1', from: 'agent', at, awaiting: 'nobody' }, 'a.b~c@d+e:f=g-_');
  const conversationId = 'a.b~c@d+e:f=g-_';
  const workflowId = `session/${channelId}/${conversationId}`;
  expect([response.status, response.body]).toEqual([202, { conversationId, workflowId, accepted: true }]);
  const [signal, ...others] = api.sessions.messages;
  expect(others).toEqual([]);
  expect(signal).toEqual({
    ...{ workflowId, channelId, agentId, conversationId },
    event: { id: 'm-1', from: 'agent', at, awaiting: 'nobody', receivedAt: expect.any(String) },
  });
  near(signal?.event.receivedAt, Date.now());
});

describe('the time of a message', () => {
  const times: [string, 'agent' | 'user' | 'operator', string | undefined, () => string][] = [
    ['missing: now', 'agent', undefined, () => minutes(0)],
    ['with an offset: in UTC', 'agent', minutes(-60).replace('Z', '+00:00'), () => minutes(-60)],
    ["an agent's, 4 minutes ahead: now, or a reply would be earlier", 'agent', minutes(4), () => minutes(0)],
    ["an agent's, almost 7 days old: as it is", 'agent', minutes(-7 * 1_440 + 5), () => minutes(-7 * 1_440 + 5)],
    ["a user's, a day ahead: now", 'user', minutes(1_440), () => minutes(0)],
    ["an operator's, a year ahead: now", 'operator', minutes(525_600), () => minutes(0)],
    ["a user's, a year old: as it is", 'user', minutes(-525_600), () => minutes(-525_600)],
    ["a user's, from year 0: the earliest", 'user', '0000-01-01T00:00:00Z', () => '1970-01-01T00:00:00.000Z'],
  ];
  test.each(times)('%s', async (_what, from, at, expected) => {
    const response = await post('messages', { id: 'm', from, ...(at === undefined ? {} : { at }) });
    expect(response.status).toBe(202);
    const sent = api.sessions.messages[0]?.event.at;
    expect(sent).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    near(sent, Date.parse(expected()));
  });
});

test('a time that this API took from its own clock is that of the receipt, so that the session knows it', async () => {
  for (const at of [undefined, minutes(3)])
    expect((await post('messages', { id: `m-${at}`, from: 'user', at })).status).toBe(202);
  expect((await post('messages', { id: 'm', from: 'user', at: minutes(-1) })).status).toBe(202);
  expect(api.sessions.messages.map(({ event }) => event.at === event.receivedAt)).toEqual([true, true, false]);
});

test('the end is signalled, with or without a body', async () => {
  expect((await post('end', { outcome: 'resolved', at: minutes(60) })).status).toBe(202);
  expect((await post('end', undefined)).status).toBe(202);
  expect((await post('end', { outcome: null })).status).toBe(202);
  expect(api.sessions.ends.map(({ event }) => event.outcome)).toEqual(['resolved', undefined, null]);
  for (const { event } of api.sessions.ends) near(event.at, Date.now());
});

describe('a followup that comes back with its deliveryId', () => {
  let deliveryId: string;
  beforeAll(async () => {
    const followup = await createFollowup(api, [channelId]);
    const session = await storeSession(api, { channelId, agentId, conversationId: 'echo' });
    deliveryId = (await storeDelivery(api, session, followup.id)).id;
  });

  test('is accepted, and nothing is signalled', async () => {
    const response = await post('messages', { id: 'm', from: 'agent', deliveryId }, 'echo');
    expect([response.status, response.body.accepted]).toEqual([202, true]);
    expect(api.sessions.messages).toEqual([]);
  });

  test('of another conversation is refused', async () => {
    const response = await post('messages', { id: 'm', from: 'agent', deliveryId }, 'other');
    expect([response.status, response.body.errors[0].path]).toEqual([422, 'deliveryId']);
  });

  test('is a reply like any other when a user sends it', async () => {
    const response = await post('messages', { id: 'm', from: 'user', deliveryId: 'dlv_whatever' }, 'echo');
    expect(response.status).toBe(202);
    expect(api.sessions.messages[0]?.event).not.toHaveProperty('deliveryId');
  });
});

test('a channel that hashes shows the conversation id to nobody', async () => {
  const hashing = (await createChannel(api, agentId, { hashConversationIds: true })).id;
  const response = await post('messages', { id: 'm', from: 'user' }, '+34600000000', hashing);
  const { conversationId, workflowId } = response.body;
  expect(conversationId).toMatch(/^[0-9a-f]{64}$/);
  expect(workflowId).toBe(`session/${hashing}/${conversationId}`);
  expect(JSON.stringify([response.body, api.sessions.messages])).not.toContain('34600000000');
  // Always the same, and another one on another channel.
  expect((await post('end', {}, '+34600000000', hashing)).body.conversationId).toBe(conversationId);
  const second = (await createChannel(api, agentId, { hashConversationIds: true })).id;
  expect((await post('end', {}, '+34600000000', second)).body.conversationId).not.toBe(conversationId);
});

test('a deleted channel takes no messages', async () => {
  const { id } = await createChannel(api, agentId);
  await api.request('DELETE', `/v1/channels/${id}`);
  for (const what of ['messages', 'end'] as const) {
    const response = await post(what, what === 'messages' ? { id: 'm', from: 'user' } : {}, 'a', id);
    expect(response.status).toBe(404);
  }
  expect(api.sessions.messages).toEqual([]);
});

describe('when Temporal', () => {
  const failing = (error: object) => {
    api.sessions.before = () => Promise.reject(error);
  };
  const withCode = (code: number) =>
    Object.assign(new Error('rpc'), { cause: Object.assign(new Error('grpc'), { code }) });
  const expectLater = (response: ApiResponse, status: number, code: string) => {
    expect([response.status, response.body.code]).toEqual([status, code]);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  };

  test.each<[string, () => object, number, string]>([
    ['is away', () => withCode(14), 503, 'temporarily_unavailable'],
    ['is too slow', () => withCode(4), 503, 'temporarily_unavailable'],
    ['has too much to do', () => withCode(8), 429, 'too_many_requests'],
  ])('%s, the caller is told to try again', async (_what, error, status, code) => {
    failing(error());
    expectLater(await post('messages', { id: 'm', from: 'user' }), status, code);
    expectLater(await post('end', {}), status, code);
  });

  test('says nothing, the caller hears within 5 seconds', async () => {
    let release = () => {};
    api.sessions.before = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    const begunAtMs = Date.now();
    expectLater(await post('messages', { id: 'm', from: 'user' }), 503, 'temporarily_unavailable');
    expect(Date.now() - begunAtMs).toBeLessThan(5_500);
    release();
  });

  test('refuses for good, it is an error of ours, told without its insides', async () => {
    failing(withCode(3));
    const response = await post('messages', { id: 'm', from: 'user' });
    expect([response.status, response.body.code]).toEqual([500, 'internal_error']);
    expect(JSON.stringify(response.body)).not.toMatch(/rpc|grpc/);
  });
});

describe('while the session is being sent to', () => {
  const workflowId = () => `session/${channelId}/fenced`;

  test("a reply's answer waits, an agent's does not", async () => {
    const fence = await raiseFence(api.testDatabase.url, workflowId());
    try {
      expect((await post('messages', { id: 'm', from: 'agent' }, 'fenced')).status).toBe(202);
      let answered = false;
      const reply = post('messages', { id: 'm', from: 'user' }, 'fenced').then((response) => {
        answered = true;
        return response;
      });
      // An agent's message through the whole stack, while the reply has to wait.
      for (let round = 0; round < 5; round++) await post('messages', { id: 'm', from: 'agent' }, 'fenced');
      expect(answered).toBe(false);
      await fence.release();
      expect((await reply).status).toBe(202);
    } finally {
      await fence.release();
    }
  });

  test('longer than the answer may take: 503', async () => {
    const fence = await raiseFence(api.testDatabase.url, workflowId());
    const keepAlive = setInterval(() => fence.assertHeld().catch(() => {}), 500);
    try {
      const response = await post('messages', { id: 'm', from: 'operator' }, 'fenced');
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    } finally {
      clearInterval(keepAlive);
      await fence.release();
    }
  });
});
