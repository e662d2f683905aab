import { startTestApi, type TestApi } from '../support/api';
import { storeAttempt, storeDecision, storeDelivery, storeSession } from '../support/stored-history';
import { createAgent, createChannel, createFollowup, createKey } from '../support/things';

let api: TestApi;
let agentId: string;
let channelId: string;
let followupId: string;
beforeAll(async () => {
  api = await startTestApi();
  agentId = (await createAgent(api)).id;
  channelId = (await createChannel(api, agentId)).id;
  followupId = (await createFollowup(api, [channelId])).id;
});
afterAll(() => api?.stop());

const at = (second: number) => new Date(Date.UTC(2026, 10, 30, 9, 0, second));
const ids = (response: { body: { items: { id: string }[] } }) => response.body.items.map((item) => item.id);
const get = (path: string, key?: string) => api.request('GET', path, key === undefined ? {} : { key });

test('the last session of a conversation is shown, the open one before ended ones', async () => {
  const conversation = { channelId, agentId, conversationId: 'latest' };
  const path = `/v1/channels/${channelId}/conversations/latest`;
  expect((await get(`${path}/session`)).status).toBe(404);
  const first = await storeSession(api, conversation, {
    ...{ status: 'ended', startedAt: at(0), endedAt: at(10), endedBy: 'gateway', outcome: 'resolved' },
    ...{ lastAgentMessageAt: at(5), lastUserMessageAt: at(2), awaiting: 'user', setAside: 1 },
  });
  const decidedOn = { lastUserMessageAt: null, lastOperatorMessageAt: null, planRevision: 1, availableUntil: null };
  await storeDecision(api, {
    ...{ sessionId: first.id, sequence: 1, followupId, at: at(6), anchorAt: at(5), dueAt: at(9) },
    ...{ status: 'skipped', reason: 'inactive', detail: 'deactivated', decidedOn },
  });
  const ended = await get(`${path}/session`);
  expect(ended.body).toMatchObject({
    id: first.id,
    ...conversation,
    status: 'ended',
    startedAt: at(0).toISOString(),
    endedAt: at(10).toISOString(),
    endedBy: 'gateway',
    outcome: 'resolved',
    armed: false,
    lastAgentMessageAt: at(5).toISOString(),
    lastOperatorMessageAt: null,
    setAside: 1,
    decisions: [
      {
        at: at(6).toISOString(),
        followupId,
        anchorAt: at(5).toISOString(),
        status: 'skipped',
        reason: 'inactive',
        detail: 'deactivated',
      },
    ],
  });
  expect(ended.body.temporal).toEqual({
    workflowId: `session/${channelId}/latest`,
    runId: first.runId,
    url: `http://127.0.0.1:8233/namespaces/default/workflows/session%2F${channelId}%2Flatest/${first.runId}/history`,
  });
  const second = await storeSession(api, conversation, { startedAt: at(20) });
  expect((await get(`${path}/session`)).body).toMatchObject({ id: second.id, status: 'open' });
  expect((await get(`/v1/sessions/${first.id}`)).body).toEqual(ended.body);
  expect(ids(await get(`${path}/sessions`))).toEqual([second.id, first.id]);
  const page = await get(`${path}/sessions?limit=1`);
  expect(ids(await get(`${path}/sessions?limit=1&cursor=${page.body.nextCursor}`))).toEqual([first.id]);
});

test('sessions are filtered', async () => {
  const agent = (await createAgent(api)).id;
  const channel = (await createChannel(api, agent)).id;
  const hashing = (await createChannel(api, agent, { hashConversationIds: true })).id;
  const a = await storeSession(api, { channelId: channel, agentId: agent, conversationId: 'a' }, { startedAt: at(1) });
  const b = await storeSession(
    api,
    { channelId: channel, agentId: agent, conversationId: 'b' },
    { startedAt: at(2), status: 'ended', endedAt: at(3) },
  );
  const pseudonym = api.deps.secretBox.hmac('conversation', `${hashing}/a`);
  const c = await storeSession(
    api,
    { channelId: hashing, agentId: agent, conversationId: pseudonym },
    { startedAt: at(4) },
  );
  const list = async (query: string) => ids(await get(`/v1/sessions?agentId=${agent}&${query}`));
  expect(await list('')).toEqual([c.id, b.id, a.id]);
  expect(await list(`channelId=${channel}`)).toEqual([b.id, a.id]);
  expect(await list('status=open')).toEqual([c.id, a.id]);
  expect(await list('conversationId=b')).toEqual([b.id]);
  // By the gateway's own id, also where it is stored as an HMAC; and by that.
  expect(await list('conversationId=a')).toEqual([c.id, a.id]);
  expect(await list(`conversationId=${pseudonym}`)).toEqual([c.id]);
  expect(await list(`from=${at(2).toISOString()}&to=${at(4).toISOString()}`)).toEqual([b.id]);
  const conversation = `/v1/channels/${hashing}/conversations`;
  expect((await get(`${conversation}/a/session`)).body.id).toBe(c.id);
  expect((await get(`${conversation}/${pseudonym}/session`)).body.id).toBe(c.id);

  const { key } = await createKey(api, { scope: 'gateway', channelIds: [hashing] });
  expect(ids(await get('/v1/sessions', key))).toEqual([c.id]);
  expect((await get(`/v1/sessions/${c.id}`, key)).status).toBe(200);
  expect((await get(`/v1/sessions/${a.id}`, key)).status).toBe(403);
});

test("a deleted channel's history stays", async () => {
  const channel = (await createChannel(api, agentId)).id;
  const session = await storeSession(api, { channelId: channel, agentId, conversationId: 'a' });
  await api.request('DELETE', `/v1/channels/${channel}`);
  expect((await get(`/v1/channels/${channel}/conversations/a/session`)).body.id).toBe(session.id);
});

test('a delivery is shown with its attempts and its response', async () => {
  const session = await storeSession(api, { channelId, agentId, conversationId: 'delivered' });
  const decidedOn = {
    lastUserMessageAt: at(0).toISOString(),
    lastOperatorMessageAt: null,
    planRevision: 3,
    availableUntil: at(59).toISOString(),
  };
  const { id } = await storeDelivery(api, session, followupId, {
    ...{ anchorAt: at(1), dueAt: at(2), sendAt: at(3), sentAt: at(4), expiresAt: at(50), responseAt: at(10) },
    ...{ message: 'Hello?', surveyType: 'nps', gatewayMessageId: 'gw-1', decidedOn, body: '{}' },
  });
  await storeAttempt(api, { deliveryId: id, attempt: 2, claimedAt: at(4) });
  await storeAttempt(api, {
    ...{ deliveryId: id, attempt: 1, claimedAt: at(3), askedAt: at(3), sendingAt: at(3), finishedAt: at(4) },
    ...{ outcome: 'failed', httpStatus: 500, durationMs: 12 },
  });
  const { body } = await get(`/v1/deliveries/${id}`);
  expect(body).toMatchObject({
    ...{ id, followupId, sessionId: session.id, channelId, agentId, conversationId: 'delivered' },
    ...{ message: 'Hello?', status: 'sent', reason: 'sent', surveyType: 'nps', gatewayMessageId: 'gw-1', decidedOn },
    ...{ anchorAt: at(1).toISOString(), sentAt: at(4).toISOString() },
    response: { at: at(10).toISOString(), afterSeconds: 6 },
    attempts: [
      { at: at(3).toISOString(), askedAt: at(3).toISOString(), outcome: 'failed', httpStatus: 500, durationMs: 12 },
      { at: at(4).toISOString(), askedAt: null, outcome: null, httpStatus: null, durationMs: null },
    ],
    temporal: { workflowId: session.workflowId, runId: session.runId },
  });
  const list = await get('/v1/deliveries?gatewayMessageId=gw-1');
  expect(list.body).toEqual({ items: [body], nextCursor: null });
});

test('deliveries are filtered', async () => {
  const other = (await createFollowup(api, [channelId])).id;
  const session = await storeSession(api, { channelId, agentId, conversationId: 'filtered' });
  const a = await storeDelivery(api, session, followupId, { createdAt: at(1) });
  const b = await storeDelivery(api, session, other, { status: 'failed', reason: 'endpoint_gone', createdAt: at(2) });
  const list = async (query: string) => ids(await get(`/v1/deliveries?conversationId=filtered&${query}`));
  expect(await list('')).toEqual([b.id, a.id]);
  for (const query of [`agentId=${agentId}`, `channelId=${channelId}`, `sessionId=${session.id}`]) {
    expect(await list(query)).toEqual([b.id, a.id]);
  }
  expect(await list(`followupId=${other}`)).toEqual([b.id]);
  expect(await list('status=sent')).toEqual([a.id]);
  expect(await list('reason=endpoint_gone')).toEqual([b.id]);
  expect(await list('gatewayMessageId=none')).toEqual([]);
  expect(await list(`from=${at(2).toISOString()}`)).toEqual([b.id]);
  expect(await list(`to=${at(2).toISOString()}`)).toEqual([a.id]);
  expect(await list(`agentId=agt_${'0'.repeat(32)}`)).toEqual([]);
  const page = await get('/v1/deliveries?conversationId=filtered&limit=1');
  expect(await list(`limit=1&cursor=${page.body.nextCursor}`)).toEqual([a.id]);
});

test('sessions are filtered by what was decided or sent in them', async () => {
  const agent = (await createAgent(api)).id;
  const channel = (await createChannel(api, agent)).id;
  const [one, other] = [(await createFollowup(api, [channel])).id, (await createFollowup(api, [channel])).id];
  const session = (conversationId: string, second: number) =>
    storeSession(api, { channelId: channel, agentId: agent, conversationId }, { startedAt: at(second) });
  const [skipped, sent, neither] = [await session('a', 1), await session('b', 2), await session('c', 3)];
  const decidedOn = { lastUserMessageAt: null, lastOperatorMessageAt: null, planRevision: 1, availableUntil: null };
  await storeDecision(api, {
    ...{ sessionId: skipped.id, sequence: 1, followupId: one, at: at(6), anchorAt: at(5), dueAt: at(9) },
    ...{ status: 'skipped', reason: 'user_replied', decidedOn },
  });
  await storeDelivery(api, sent, other, { status: 'sent', reason: 'sent', gatewayMessageId: 'wamid.1' });
  const list = async (query: string) => ids(await get(`/v1/sessions?agentId=${agent}&${query}`));
  expect(await list('')).toEqual([neither.id, sent.id, skipped.id]);
  expect(await list(`followupId=${one}`)).toEqual([skipped.id]);
  expect(await list(`followupId=${other}`)).toEqual([sent.id]);
  expect(await list('reason=user_replied')).toEqual([skipped.id]);
  expect(await list('reason=sent')).toEqual([sent.id]);
  expect(await list(`reason=sent&followupId=${one}`)).toEqual([]);
  expect(await list('gatewayMessageId=wamid.1')).toEqual([sent.id]);
  expect(await list(`gatewayMessageId=wamid.1&followupId=${one}`)).toEqual([]);
  expect((await get('/v1/sessions?reason=none')).status).toBe(422);
});

test('sessions are filtered by what they have', async () => {
  const agent = (await createAgent(api)).id;
  const channel = (await createChannel(api, agent)).id;
  const [one, other] = [(await createFollowup(api, [channel])).id, (await createFollowup(api, [channel])).id];
  const session = (conversationId: string, fields = {}) =>
    storeSession(api, { channelId: channel, agentId: agent, conversationId }, fields);
  const [queued, trying, both] = [await session('queued'), await session('trying'), await session('both')];
  const [neither, ended] = [await session('neither'), await session('ended', { status: 'ended', endedAt: at(1) })];
  await storeDelivery(api, queued, one, { status: 'queued', reason: 'queued' });
  await storeDelivery(api, trying, one, { status: 'sending', reason: 'retrying' });
  await storeDelivery(api, both, one, { status: 'queued', reason: 'throttled' });
  await storeDelivery(api, both, other);
  await storeDelivery(api, neither, one, { status: 'skipped', reason: 'user_replied' });
  await storeDelivery(api, ended, one);
  const list = async (query: string) => ids(await get(`/v1/sessions?agentId=${agent}&${query}`)).sort();
  const idsOf = (...rows: { id: string }[]) => rows.map(({ id }) => id).sort();
  expect(await list('has=queued')).toEqual(idsOf(queued, trying, both));
  expect(await list('has=sent')).toEqual(idsOf(both, ended));
  expect(await list('has=sent&status=open')).toEqual(idsOf(both));
  expect(await list('has=queued&status=ended')).toEqual([]);
  const page = await get(`/v1/sessions?agentId=${agent}&has=queued&limit=2`);
  const rest = await get(`/v1/sessions?agentId=${agent}&has=queued&limit=2&cursor=${page.body.nextCursor}`);
  expect([...ids(page), ...ids(rest)].sort()).toEqual(idsOf(queued, trying, both));
  expect((await get('/v1/sessions?has=failed')).status).toBe(422);
});

test('a session is found by its id, and those of its conversation, its deliveries and their messages', async () => {
  const agent = (await createAgent(api)).id;
  const channel = (await createChannel(api, agent)).id;
  const hashing = (await createChannel(api, agent, { hashConversationIds: true })).id;
  const rule = (await createFollowup(api, [channel])).id;
  const conversation = { channelId: channel, agentId: agent, conversationId: 'sought.1' };
  const first = await storeSession(api, conversation, { status: 'ended', endedAt: at(1), createdAt: at(1) });
  const second = await storeSession(api, conversation, { createdAt: at(2) });
  const delivery = await storeDelivery(api, second, rule, { gatewayMessageId: 'wamid.sought' });
  const pseudonym = api.deps.secretBox.hmac('conversation', `${hashing}/sought.1`);
  const third = { channelId: hashing, agentId: agent, conversationId: pseudonym };
  const hashed = await storeSession(api, third, { createdAt: at(3) });

  const find = async (q: string, query = '') => ids(await get(`/v1/sessions?q=${encodeURIComponent(q)}${query}`));
  expect(await find(first.id)).toEqual([first.id]);
  expect(await find(delivery.id)).toEqual([second.id]);
  expect(await find('wamid.sought')).toEqual([second.id]);
  expect(await find(pseudonym)).toEqual([hashed.id]);
  expect(await find('sought.1')).toEqual([hashed.id, second.id, first.id]);
  expect(await find('sought.1', `&channelId=${channel}&status=open`)).toEqual([second.id]);
  expect(await find('sought.1', `&agentId=agt_${'0'.repeat(32)}`)).toEqual([]);
  const page = await get('/v1/sessions?q=sought.1&limit=2');
  expect(await find('sought.1', `&cursor=${page.body.nextCursor}`)).toEqual([first.id]);
  expect(await find('sought')).toEqual([]);
  expect((await get('/v1/sessions?q=')).status).toBe(422);

  const { key } = await createKey(api, { scope: 'gateway', channelIds: [hashing] });
  expect(ids(await get('/v1/sessions?q=sought.1', key))).toEqual([hashed.id]);
});

test('a list can be told without asking a workflow', async () => {
  const agent = (await createAgent(api)).id;
  const channel = (await createChannel(api, agent)).id;
  const { id } = await storeSession(api, { channelId: channel, agentId: agent, conversationId: 'unasked' });
  const asked: string[] = [];
  const { inspect } = api.sessions;
  api.sessions.inspect = async (workflowId: string) => {
    asked.push(workflowId);
    return null;
  };
  try {
    const { body } = await get(`/v1/sessions?agentId=${agent}&live=false`);
    expect(body.items).toMatchObject([{ id, armed: null, followups: [], decisions: [] }]);
    expect(asked).toEqual([]);
    await get(`/v1/sessions?agentId=${agent}`);
    expect(asked).toEqual([`session/${channel}/unasked`]);
  } finally {
    api.sessions.inspect = inspect;
  }
});
