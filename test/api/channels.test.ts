import { eq } from 'drizzle-orm';
import { channels } from '../../src/db/schema';
import { startTestApi, type TestApi } from '../support/api';
import { channelBody, createAgent, createChannel, createFollowup } from '../support/things';

let api: TestApi;
let agentId: string;
beforeAll(async () => {
  api = await startTestApi();
  agentId = (await createAgent(api)).id;
});
afterAll(() => api?.stop());

const row = async (channelId: string) => {
  const [found] = await api.deps.database.db.select().from(channels).where(eq(channels.id, channelId));
  if (!found) throw new Error('no such row');
  return found;
};

test('a channel goes through its life', async () => {
  const body = channelBody(agentId, {
    sessionIdleSeconds: 3_600,
    messagingWindowSeconds: 86_400,
    outsideWindow: 'send',
    ambiguousSend: 'never_repeat',
    maxSendsPerSecond: 5,
    responseWindowSeconds: 1_000,
    hashConversationIds: true,
  });
  const made = await api.request('POST', '/v1/channels', { body });
  expect(made.status).toBe(201);
  const { signingSecret, ...channel } = made.body;
  expect(channel).toMatchObject({ ...body, paused: null, revision: 1, planRevision: 1 });
  const path = `/v1/channels/${channel.id}`;
  expect(made.headers.get('location')).toBe(path);

  // Shown once, and never stored as it is.
  expect(Buffer.from(signingSecret.replace('whsec_', ''), 'base64').length).toBe(32);
  const stored = (await row(channel.id)).signingSecret;
  expect(stored).not.toContain(signingSecret.slice(6));
  expect(api.deps.secretBox.decrypt(stored)).toBe(signingSecret);
  const read = await api.request('GET', path);
  expect([read.body, read.headers.get('etag')]).toEqual([channel, '"1"']);

  api.rollouts.length = 0;
  const edited = await api.request('PATCH', path, { body: { maxSendsPerSecond: null, sessionIdleSeconds: null } });
  expect(edited.body).toMatchObject({
    maxSendsPerSecond: null,
    sessionIdleSeconds: 86_400,
    revision: 2,
    planRevision: 2,
  });
  expect(api.rollouts).toEqual([[channel.id]]);
  // Only a name: no session needs to know.
  const renamed = await api.request('PATCH', path, { body: { name: 'Desk' }, headers: { 'if-match': '"2"' } });
  expect(renamed.body).toMatchObject({ name: 'Desk', revision: 3, planRevision: 2 });
  expect((await api.request('PATCH', path, { body: {}, headers: { 'if-match': '"2"' } })).status).toBe(412);
  expect((await api.request('PATCH', path, { body: { name: 'Desk' } })).body.revision).toBe(3);

  expect((await api.request('DELETE', path, { headers: { 'if-match': '"2"' } })).status).toBe(412);
  expect((await api.request('DELETE', path)).status).toBe(204);
  expect(await row(channel.id)).toMatchObject({ planRevision: 3, deletedAt: expect.any(Date) });
  expect(api.rollouts).toEqual([[channel.id], [channel.id]]);
  for (const method of ['GET', 'DELETE']) expect((await api.request(method, path)).status).toBe(404);
  expect((await api.request('PATCH', path, { body: {} })).status).toBe(404);
});

test('what is left out has a default', async () => {
  const { body } = await api.request('POST', '/v1/channels', {
    body: { agentId, name: 'Chat', endpoint: { url: 'http://127.0.0.1:9/' } },
  });
  expect(body).toMatchObject({
    type: 'webhook',
    sessionIdleSeconds: 86_400,
    messagingWindowSeconds: null,
    outsideWindow: 'skip',
    ambiguousSend: 'retry',
    maxSendsPerSecond: null,
    responseWindowSeconds: 604_800,
    hashConversationIds: false,
  });
});

test('the endpoint, given again, resumes a paused channel', async () => {
  const channel = await createChannel(api, agentId);
  const path = `/v1/channels/${channel.id}`;
  const pausedAt = new Date();
  await api.deps.database.db
    .update(channels)
    .set({ pausedAt, pausedReason: 'endpoint_gone', consecutiveFailures: 12 })
    .where(eq(channels.id, channel.id));
  expect((await api.request('GET', path)).body.paused).toEqual({ at: pausedAt.toISOString(), reason: 'endpoint_gone' });
  const named = await api.request('PATCH', path, { body: { name: 'Desk' } });
  expect(named.body.paused).not.toBeNull();

  const resumed = await api.request('PATCH', path, { body: { endpoint: channel.endpoint } });
  expect(resumed.body).toMatchObject({ paused: null, revision: 3, planRevision: 2 });
  expect(await row(channel.id)).toMatchObject({ pausedAt: null, pausedReason: null, consecutiveFailures: 0 });
  const again = await api.request('PATCH', path, { body: { endpoint: channel.endpoint } });
  expect(again.body.revision).toBe(3);
});

test('a channel of a deleted agent is refused', async () => {
  const agent = await createAgent(api);
  expect((await api.request('DELETE', `/v1/agents/${agent.id}`)).status).toBe(204);
  const response = await api.request('POST', '/v1/channels', { body: channelBody(agent.id) });
  expect([response.status, response.body.errors[0].path]).toEqual([422, 'agentId']);
});

test('lists are of one agent when asked for', async () => {
  const agent = await createAgent(api);
  const mine = [await createChannel(api, agent.id), await createChannel(api, agent.id)].map(({ id }) => id);
  const { body } = await api.request('GET', `/v1/channels?agentId=${agent.id}`);
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual(mine.reverse());
  expect(JSON.stringify(body)).not.toContain('whsec_');
});

test('a deleted channel leaves its followups on the others', async () => {
  const one = await createChannel(api, agentId);
  const other = await createChannel(api, agentId);
  const followup = await createFollowup(api, [one.id, other.id]);
  const path = `/v1/followups/${followup.id}`;
  await api.request('DELETE', `/v1/channels/${one.id}`);
  expect((await api.request('GET', path)).body).toMatchObject({ channelIds: [other.id], revision: 1 });
  await api.request('DELETE', `/v1/channels/${other.id}`);
  expect((await api.request('GET', path)).body.channelIds).toEqual([]);
  // It can still be edited, and given a channel again.
  expect((await api.request('PATCH', path, { body: { title: 'Hello?' } })).body).toMatchObject({ title: 'Hello?' });
  expect((await api.request('PATCH', path, { body: { channelIds: [one.id] } })).status).toBe(422);
  const third = await createChannel(api, agentId);
  const back = await api.request('PATCH', path, { body: { channelIds: [third.id] } });
  expect(back.body.channelIds).toEqual([third.id]);
});
