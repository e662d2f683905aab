import { eq } from 'drizzle-orm';
import { configuredKeyId, ensureAdminKey } from '../../src/db/queries/api-keys';
import { apiKeys } from '../../src/db/schema';
import { startTestApi, type TestApi } from '../support/api';
import { eventually } from '../support/eventually';
import { createAgent, createChannel, createFollowup, createKey, followupBody } from '../support/things';

let api: TestApi;
let agentId: string;
let mine: string;
let others: string;
let followupId: string;
const keys: Record<string, string> = {};

beforeAll(async () => {
  api = await startTestApi();
  agentId = (await createAgent(api)).id;
  mine = (await createChannel(api, agentId)).id;
  others = (await createChannel(api, agentId)).id;
  followupId = (await createFollowup(api, [mine])).id;
  keys.read = (await createKey(api, { scope: 'read' })).key;
  keys.gateway = (await createKey(api, { scope: 'gateway', channelIds: [mine] })).key;
  keys.anyGateway = (await createKey(api, { scope: 'gateway' })).key;
  keys.admin = (await createKey(api, { scope: 'admin' })).key;
});
afterAll(() => api?.stop());

const message = { id: '1', from: 'user' };

describe('without a key that works', () => {
  test.each<[string, () => Promise<Record<string, string>>]>([
    ['no header', async () => ({})],
    ['another scheme', async () => ({ authorization: `Basic ${api.adminKey}` })],
    ['no key', async () => ({ authorization: 'Bearer ' })],
    ['an unknown key', async () => ({ authorization: `Bearer fup_${'x'.repeat(43)}` })],
    ['two keys', async () => ({ authorization: `Bearer ${api.adminKey} ${api.adminKey}` })],
    ['a part of a key', async () => ({ authorization: `Bearer ${api.adminKey.slice(0, -1)}` })],
    [
      'a revoked key',
      async () => {
        const { id, key } = await createKey(api, { scope: 'admin' });
        // It has been used, so this process knows it.
        expect((await api.request('GET', '/v1/agents', { key })).status).toBe(200);
        expect((await api.request('DELETE', `/v1/keys/${id}`)).status).toBe(204);
        return { authorization: `Bearer ${key}` };
      },
    ],
    [
      'an expired key',
      async () => {
        const expiresAt = new Date(Date.now() + api.clock.offsetMs + 60_000).toISOString();
        const { key } = await createKey(api, { scope: 'admin', expiresAt });
        expect((await api.request('GET', '/v1/agents', { key })).status).toBe(200);
        api.clock.offsetMs += 61_000;
        return { authorization: `Bearer ${key}` };
      },
    ],
  ])('401: %s', async (_what, makeHeaders) => {
    const headers = await makeHeaders();
    for (const path of ['/v1/agents', `/v1/agents/agt_${'0'.repeat(32)}`, '/v1/agents?limit=0']) {
      const response = await api.request('GET', path, { key: null, headers });
      expect([response.status, response.body.code]).toEqual([401, 'unauthorized']);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    const write = await api.request('POST', '/v1/agents', { key: null, headers, raw: '{' });
    expect(write.status).toBe(401);
  });
});

describe('a key of a scope', () => {
  const conversation = (channelId: string) => `/v1/channels/${channelId}/conversations/a`;
  // For each call: what read, a bound gateway, an unbound gateway and admin keys get.
  test.each<[string, () => string, unknown, [number, number, number, number]]>([
    ['GET', () => '/v1/agents', undefined, [200, 403, 403, 200]],
    ['GET', () => `/v1/agents/${agentId}`, undefined, [200, 403, 403, 200]],
    ['GET', () => `/v1/agents/${agentId}/availability`, undefined, [200, 403, 403, 200]],
    ['POST', () => '/v1/agents', {}, [403, 403, 403, 422]],
    ['PATCH', () => `/v1/agents/${agentId}`, {}, [403, 403, 403, 200]],
    ['GET', () => '/v1/channels', undefined, [200, 200, 200, 200]],
    ['GET', () => `/v1/channels/${mine}`, undefined, [200, 200, 200, 200]],
    ['GET', () => `/v1/channels/${others}`, undefined, [200, 403, 200, 200]],
    ['PATCH', () => `/v1/channels/${mine}`, {}, [403, 403, 403, 200]],
    ['DELETE', () => `/v1/channels/ch_${'0'.repeat(32)}`, undefined, [403, 403, 403, 404]],
    ['GET', () => '/v1/followups', undefined, [200, 403, 403, 200]],
    ['POST', () => `/v1/followups/${followupId}/activate`, undefined, [403, 403, 403, 200]],
    ['POST', () => `${conversation(mine)}/messages`, message, [403, 202, 202, 202]],
    ['POST', () => `${conversation(others)}/messages`, message, [403, 403, 202, 202]],
    ['POST', () => `${conversation(mine)}/end`, {}, [403, 202, 202, 202]],
    ['POST', () => `${conversation(others)}/end`, {}, [403, 403, 202, 202]],
    ['GET', () => `${conversation(mine)}/session`, undefined, [404, 404, 404, 404]],
    ['GET', () => `${conversation(others)}/session`, undefined, [404, 403, 404, 404]],
    ['GET', () => `${conversation(mine)}/sessions`, undefined, [200, 200, 200, 200]],
    ['GET', () => '/v1/sessions', undefined, [200, 200, 200, 200]],
    ['GET', () => `/v1/sessions?channelId=${others}`, undefined, [200, 403, 200, 200]],
    ['GET', () => '/v1/deliveries', undefined, [200, 403, 403, 200]],
    ['GET', () => '/v1/keys', undefined, [200, 403, 403, 200]],
    ['POST', () => '/v1/keys', {}, [403, 403, 403, 422]],
    ['DELETE', () => `/v1/keys/key_${'1'.repeat(32)}`, undefined, [403, 403, 403, 404]],
  ])('%s %s', async (method, path, body, expected) => {
    const statuses = [];
    for (const key of [keys.read, keys.gateway, keys.anyGateway, keys.admin]) {
      const response = await api.request(method, path(), { key: key ?? '', ...(body === undefined ? {} : { body }) });
      statuses.push(response.status);
      if (response.status === 403) expect(response.body.code).toBe('forbidden');
    }
    expect(statuses).toEqual(expected);
  });

  test('a gateway sees its own channels', async () => {
    const { body } = await api.request('GET', '/v1/channels', { key: keys.gateway ?? '' });
    expect(body.items.map((item: { id: string }) => item.id)).toEqual([mine]);
  });

  test('health, metrics and docs need none', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs']) {
      expect((await api.request('GET', path, { key: null })).status).toBe(200);
    }
  });
});

describe('a key', () => {
  test('is shown once, and stored as a hash', async () => {
    const made = await api.request('POST', '/v1/keys', {
      body: { name: 'Shop', scope: 'gateway', channelIds: [mine], expiresAt: '2099-01-01T00:00:00+01:00' },
    });
    expect(made.status).toBe(201);
    const { key, ...known } = made.body;
    expect(key).toMatch(/^fup_[A-Za-z0-9_-]{43}$/);
    expect(known).toMatchObject({
      name: 'Shop',
      scope: 'gateway',
      channelIds: [mine],
      prefix: key.slice(0, 8),
      expiresAt: '2098-12-31T23:00:00.000Z',
      revokedAt: null,
      lastUsedAt: null,
    });
    const path = `/v1/keys/${known.id}`;
    expect(made.headers.get('location')).toBe(path);
    expect((await api.request('GET', path)).body).toEqual(known);
    const rows = await api.deps.database.db.select().from(apiKeys);
    expect(JSON.stringify(rows)).not.toContain(key);
    expect(JSON.stringify((await api.request('GET', '/v1/keys?limit=200')).body)).not.toContain(key);
  });

  test.each<[string, object, string]>([
    ['no scope', {}, 'scope'],
    ['an unknown scope', { scope: 'root' }, 'scope'],
    ['channels for another scope', { scope: 'read', channelIds: [`ch_${'0'.repeat(32)}`] }, 'channelIds'],
    ['an unknown channel', { scope: 'gateway', channelIds: [`ch_${'0'.repeat(32)}`] }, 'channelIds'],
    ['no channel at all', { scope: 'gateway', channelIds: [] }, 'channelIds'],
    ['an expiry in the past', { scope: 'read', expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['an expiry that never comes', { scope: 'read', expiresAt: '9999-12-31T23:59:59-12:00' }, 'expiresAt'],
    ['a key of its own', { scope: 'read', key: 'fup_x' }, 'key'],
  ])('with %s is refused', async (_what, fields, path) => {
    const response = await api.request('POST', '/v1/keys', { body: { name: 'x', ...fields } });
    expect(response.status).toBe(422);
    expect(response.body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
    expect(response.body.errors[0].message).toContain('for example');
  });

  test('is revoked once, and stays listed', async () => {
    const { id } = await createKey(api, { scope: 'read' });
    await api.request('DELETE', `/v1/keys/${id}`);
    const first = (await api.request('GET', `/v1/keys/${id}`)).body.revokedAt;
    expect(first).not.toBeNull();
    api.clock.offsetMs += 60_000;
    expect((await api.request('DELETE', `/v1/keys/${id}`)).status).toBe(204);
    expect((await api.request('GET', `/v1/keys/${id}`)).body.revokedAt).toBe(first);
  });

  test('that another process revoked stops working within seconds', async () => {
    const { id, key } = await createKey(api, { scope: 'read' });
    expect((await api.request('GET', '/v1/agents', { key })).status).toBe(200);
    await api.deps.database.db.update(apiKeys).set({ revokedAt: new Date() }).where(eq(apiKeys.id, id));
    api.clock.offsetMs += 5_001;
    expect((await api.request('GET', '/v1/agents', { key })).status).toBe(401);
  });

  test('tells when it was last used, to a minute', async () => {
    const { id, key } = await createKey(api, { scope: 'read' });
    const lastUsedAt = async () => (await api.request('GET', `/v1/keys/${id}`)).body.lastUsedAt;
    await api.request('GET', '/v1/agents', { key });
    const first = await eventually('The first use', lastUsedAt);
    await api.request('GET', '/v1/agents', { key });
    api.clock.offsetMs += 61_000;
    await api.request('GET', '/v1/agents', { key });
    const second = await eventually('The second use', async () => {
      const value = await lastUsedAt();
      return value === first ? null : value;
    });
    expect(Date.parse(second) - Date.parse(first)).toBeGreaterThanOrEqual(61_000);
  });
});

describe('the configured admin key', () => {
  test('is not revoked by the API', async () => {
    expect((await api.request('DELETE', `/v1/keys/${configuredKeyId}`)).status).toBe(409);
  });

  test('takes the place of the one before, however many set it at once', async () => {
    const fresh = await startTestApi();
    try {
      const next = `fup_${'n'.repeat(43)}`;
      const { database } = fresh.deps;
      await Promise.all([1, 2, 3].map(() => ensureAdminKey(database, next)));
      fresh.clock.offsetMs += 5_001;
      expect((await fresh.request('GET', '/v1/agents', { key: next })).status).toBe(200);
      expect((await fresh.request('GET', '/v1/agents')).status).toBe(401);
      const { body } = await fresh.request('GET', '/v1/keys', { key: next });
      expect(body.items).toHaveLength(1);
      expect(body.items[0]).toMatchObject({ id: configuredKeyId, name: 'admin', scope: 'admin' });
    } finally {
      await fresh.stop();
    }
  });
});

test('a body is not read before the key is known', async () => {
  const response = await api.request('POST', '/v1/followups', {
    key: keys.read ?? '',
    body: followupBody([mine], { title: 5 }),
  });
  expect(response.status).toBe(403);
});
