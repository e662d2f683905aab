import { checkAvailability } from '../../src/activities/check-availability';
import { closeSession } from '../../src/db/queries/close-session';
import { newId } from '../../src/ids';
import { startTestApi, type TestApi } from '../support/api';
import { storeSession } from '../support/stored-history';
import { channelBody, createAgent, createChannel } from '../support/things';

let api: TestApi;
let agentId: string;
beforeAll(async () => {
  api = await startTestApi();
  agentId = (await createAgent(api)).id;
});
afterAll(() => api?.stop());

test('a channel is no playground unless made as one, and for good', async () => {
  expect(await createChannel(api, agentId)).toMatchObject({ playground: false, ignoreAvailability: false });
  const made = await createChannel(api, agentId, { playground: true });
  expect(made).toMatchObject({ playground: true, ignoreAvailability: false });
  const changed = await api.request('PATCH', `/v1/channels/${made.id}`, { body: { playground: false } });
  expect([changed.status, changed.body.errors[0]]).toMatchObject([422, { path: 'playground', code: 'unchangeable' }]);
});

test('hours are ignored on playgrounds only, and sessions learn of it', async () => {
  const body = channelBody(agentId, { ignoreAvailability: true });
  const refused = await api.request('POST', '/v1/channels', { body });
  expect([refused.status, refused.body.errors]).toMatchObject([
    422,
    [{ path: 'ignoreAvailability', code: 'not_a_playground', message: expect.stringContaining('playground') }],
  ]);
  const plain = await createChannel(api, agentId);
  const patch = await api.request('PATCH', `/v1/channels/${plain.id}`, { body: { ignoreAvailability: true } });
  expect([patch.status, patch.body.errors[0].path]).toEqual([422, 'ignoreAvailability']);

  const { id } = await createChannel(api, agentId, { playground: true });
  api.rollouts.length = 0;
  const ignoring = await api.request('PATCH', `/v1/channels/${id}`, { body: { ignoreAvailability: true } });
  expect(ignoring.body).toMatchObject({ ignoreAvailability: true, planRevision: 2 });
  expect(api.rollouts).toEqual([[id]]);
});

test('an agent is always available where its hours are ignored; one that is gone never is', async () => {
  const closed = { mode: 'hours', weekly: [], exceptions: [] };
  const owner = await createAgent(api, { identity: { timeZone: 'UTC', availability: closed } });
  const plain = (await createChannel(api, owner.id, { playground: true })).id;
  const ignoring = (await createChannel(api, owner.id, { playground: true, ignoreAvailability: true })).id;
  const ask = (channelId: string, of = owner.id) =>
    checkAvailability(api.deps.database.db, { agentId: of, channelId, atMs: 1_000 });
  expect(await ask(plain)).toEqual({ open: false, askedAtMs: 1_000, opensAtMs: null });
  expect(await ask(ignoring)).toEqual({ open: true, askedAtMs: 1_000, untilMs: null });
  expect(await ask(ignoring, newId('agt'))).toEqual({ open: false, askedAtMs: 1_000, opensAtMs: null });
});

test('lists can leave playgrounds out', async () => {
  const owner = (await createAgent(api)).id;
  const plain = (await createChannel(api, owner)).id;
  const playground = (await createChannel(api, owner, { playground: true })).id;
  const list = async (query: string) =>
    (await api.request('GET', `/v1/channels?agentId=${owner}${query}`)).body.items.map(({ id }: { id: string }) => id);
  expect(await list('')).toEqual([playground, plain]);
  expect(await list('&playground=false')).toEqual([plain]);
  expect(await list('&playground=true')).toEqual([playground]);
  expect((await api.request('GET', '/v1/channels?playground=no')).status).toBe(422);
});

test.each([
  [true, 0],
  [false, 1],
])('the silences of a playground (%s) are not recorded: %d', async (playground, recorded) => {
  const { id: channelId } = await createChannel(api, agentId, { playground });
  const { id: sessionId } = await storeSession(api, { channelId, agentId, conversationId: newId('ses') });
  const atMs = Date.now();
  await closeSession(api.deps.database.db, {
    ...{ sessionId, endedBy: 'gateway', endedAtMs: atMs, outcome: null, lastAgentAtMs: atMs, lastUserAtMs: atMs },
    ...{ lastOperatorAtMs: null, awaiting: null, planRevision: 1, setAside: 0, followups: [], decisions: [] },
    silences: [{ startMs: atMs - 90_000, endMs: atMs, by: 'user', nudged: false }],
  });
  const { body } = await api.request('GET', `/v1/channels/${channelId}/silences`);
  expect(body.silences).toBe(recorded);
  expect(body.advice === null).toBe(playground);
});
