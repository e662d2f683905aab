import { startTestApi, type TestApi } from '../support/api';
import { agentBody, createAgent, createChannel, createFollowup } from '../support/things';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.stop());

const planRevision = async (channelId: string) =>
  (await api.request('GET', `/v1/channels/${channelId}`)).body.planRevision;

const monday = { mode: 'hours', weekly: [{ day: 'monday', from: '09:00', to: '17:30' }], exceptions: [] };

test('an agent goes through its life', async () => {
  const body = agentBody({
    identity: { timeZone: 'Europe/Madrid', availability: monday },
    queueRelease: 'together',
    maxLatenessSeconds: 600,
    maxFollowupsPerSession: 2,
  });
  const made = await api.request('POST', '/v1/agents', { body });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ ...body, revision: 1 });
  expect(made.body.id).toMatch(/^agt_[0-9a-f]{32}$/);
  expect(made.body.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(made.headers.get('etag')).toBe('"1"');
  const path = `/v1/agents/${made.body.id}`;
  expect(made.headers.get('location')).toBe(path);

  const read = await api.request('GET', path);
  expect([read.status, read.body, read.headers.get('etag')]).toEqual([200, made.body, '"1"']);

  const edited = await api.request('PATCH', path, { body: { name: 'Eve', maxLatenessSeconds: null } });
  expect(edited.body).toMatchObject({ ...body, name: 'Eve', maxLatenessSeconds: null, revision: 2 });
  expect((await api.request('DELETE', path)).status).toBe(204);
  for (const method of ['GET', 'DELETE']) expect((await api.request(method, path)).status).toBe(404);
  expect((await api.request('PATCH', path, { body: {} })).status).toBe(404);
  const { body: list } = await api.request('GET', '/v1/agents');
  expect(list.items).toEqual([]);
});

test('what is left out has a default', async () => {
  expect(await createAgent(api)).toMatchObject({
    identity: { timeZone: 'Europe/Madrid', availability: { mode: 'always' } },
    queueRelease: 'spaced',
    maxLatenessSeconds: null,
    maxFollowupsPerSession: null,
  });
});

describe('a merge patch', () => {
  test('reaches into the identity, and removes by null', async () => {
    const agent = await createAgent(api, { identity: { timeZone: 'Europe/Madrid', availability: monday } });
    const path = `/v1/agents/${agent.id}`;
    const moved = await api.request('PATCH', path, {
      body: { identity: { timeZone: 'America/Santiago' } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(moved.body.identity).toEqual({ timeZone: 'America/Santiago', availability: monday });
    const reset = await api.request('PATCH', path, { body: { identity: { availability: null }, queueRelease: null } });
    expect(reset.body).toMatchObject({
      identity: { timeZone: 'America/Santiago', availability: { mode: 'always' } },
      queueRelease: 'spaced',
      revision: 3,
    });
  });

  test('from hours to always takes the hours away', async () => {
    const agent = await createAgent(api, { identity: { timeZone: 'Europe/Madrid', availability: monday } });
    const path = `/v1/agents/${agent.id}`;
    const both = { mode: 'always', weekly: [] };
    const refused = await api.request('PATCH', path, { body: { identity: { availability: both } } });
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, 'identity.availability.weekly']);
    const edited = await api.request('PATCH', path, { body: { identity: { availability: { mode: 'always' } } } });
    expect(edited.body.identity.availability).toEqual({ mode: 'always' });
  });

  test('that changes nothing makes no revision', async () => {
    const agent = await createAgent(api);
    const same = await api.request('PATCH', `/v1/agents/${agent.id}`, { body: { name: agent.name } });
    expect(same.body).toEqual(agent);
  });

  test('that is refused changes nothing', async () => {
    const agent = await createAgent(api);
    const path = `/v1/agents/${agent.id}`;
    expect((await api.request('PATCH', path, { body: { name: 'Eve', queueRelease: 'x' } })).status).toBe(422);
    expect((await api.request('GET', path)).body).toEqual(agent);
  });
});

describe('If-Match', () => {
  test.each<[string, number]>([
    ['"1"', 200],
    ['"7", "1"', 200],
    ['*', 200],
    ['"2"', 412],
    ['W/"1"', 412],
    ['1', 412],
    ['', 412],
  ])('%j at revision 1: %i', async (ifMatch, status) => {
    const agent = await createAgent(api);
    const path = `/v1/agents/${agent.id}`;
    const edited = await api.request('PATCH', path, { body: { name: 'Eve' }, headers: { 'if-match': ifMatch } });
    expect(edited.status).toBe(status);
    expect((await api.request('GET', path)).body.name).toBe(status === 200 ? 'Eve' : 'Ada');
  });

  test('holds a deletion too', async () => {
    const agent = await createAgent(api);
    const path = `/v1/agents/${agent.id}`;
    expect((await api.request('DELETE', path, { headers: { 'if-match': '"9"' } })).status).toBe(412);
    expect((await api.request('DELETE', path, { headers: { 'if-match': '"1"' } })).status).toBe(204);
  });

  test('of two edits at once one wins', async () => {
    const agent = await createAgent(api);
    const edit = (name: string) =>
      api.request('PATCH', `/v1/agents/${agent.id}`, { body: { name }, headers: { 'if-match': '"1"' } });
    const statuses = (await Promise.all([edit('Eve'), edit('Eva'), edit('Evi')])).map((response) => response.status);
    expect(statuses.sort()).toEqual([200, 412, 412]);
  });

  test('If-None-Match saves a body', async () => {
    const agent = await createAgent(api);
    const response = await api.request('GET', `/v1/agents/${agent.id}`, {
      // Without this, fetch says no-cache, which asks for the body in any case.
      headers: { 'if-none-match': '"1"', 'cache-control': 'max-age=0' },
    });
    expect([response.status, response.body]).toEqual([304, '']);
  });
});

describe('sessions learn', () => {
  test.each<[string, object, boolean]>([
    ['a time zone', { identity: { timeZone: 'UTC' } }, true],
    ['hours', { identity: { availability: monday } }, true],
    ['the release', { queueRelease: 'together' }, true],
    ['the lateness', { maxLatenessSeconds: 60 }, true],
    ['the limit of followups', { maxFollowupsPerSession: 1 }, true],
    ['a name', { name: 'Eve' }, false],
    ['nothing', {}, false],
  ])('of an edit of %s', async (_what, body, learn) => {
    const agent = await createAgent(api);
    const channels = [await createChannel(api, agent.id), await createChannel(api, agent.id)].map(({ id }) => id);
    const other = await createChannel(api, (await createAgent(api)).id);
    api.rollouts.length = 0;
    expect((await api.request('PATCH', `/v1/agents/${agent.id}`, { body })).status).toBe(200);
    expect(api.rollouts.map((ids) => [...ids].sort())).toEqual(learn ? [channels.sort()] : []);
    for (const id of channels) expect(await planRevision(id)).toBe(learn ? 2 : 1);
    expect(await planRevision(other.id)).toBe(1);
  });
});

test('an agent with channels is not deleted; with deleted ones it is', async () => {
  const agent = await createAgent(api);
  const channel = await createChannel(api, agent.id);
  await createFollowup(api, [channel.id]);
  const refused = await api.request('DELETE', `/v1/agents/${agent.id}`);
  expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
  expect(refused.body.detail).toContain(channel.id);
  expect((await api.request('DELETE', `/v1/channels/${channel.id}`)).status).toBe(204);
  expect((await api.request('DELETE', `/v1/agents/${agent.id}`)).status).toBe(204);
});

test('availability is told for an instant', async () => {
  const agent = await createAgent(api, { identity: { timeZone: 'Europe/Madrid', availability: monday } });
  const ask = async (at: string) =>
    (await api.request('GET', `/v1/agents/${agent.id}/availability?at=${encodeURIComponent(at)}`)).body;
  expect(await ask('2026-11-30T10:00:00+01:00')).toEqual({
    at: '2026-11-30T09:00:00.000Z',
    open: true,
    until: '2026-11-30T16:30:00.000Z',
    opensAt: null,
  });
  expect(await ask('2026-11-29T10:00:00Z')).toMatchObject({
    open: false,
    until: null,
    opensAt: '2026-11-30T08:00:00.000Z',
  });
  const always = await createAgent(api);
  const now = (await api.request('GET', `/v1/agents/${always.id}/availability`)).body;
  expect(now).toMatchObject({ open: true, until: null, opensAt: null });
  expect(Math.abs(Date.parse(now.at) - Date.now())).toBeLessThan(60_000);
});
