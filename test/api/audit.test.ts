import { eq } from 'drizzle-orm';
import { audit, changesBetween, conversationThingId } from '../../src/api/audit';
import { configuredKeyId } from '../../src/db/queries/api-keys';
import { auditEntries, channels } from '../../src/db/schema';
import { startTestApi, type TestApi } from '../support/api';
import { agentBody, createAgent, createChannel, createFollowup, createKey } from '../support/things';

let api: TestApi;
let agentId: string;
let channelId: string;
beforeAll(async () => {
  api = await startTestApi();
  agentId = (await createAgent(api)).id;
  channelId = (await createChannel(api, agentId)).id;
});
afterAll(() => api?.stop());

type Entry = { id: number; at: string; action: string; thingId: string; keyId: string; changes: object };

const entriesOf = async (query: string): Promise<Entry[]> =>
  (await api.request('GET', `/v1/audit?${query}`)).body.items;

/** What was done to a thing, oldest first. */
const actions = async (thingId: string) =>
  (await entriesOf(`thingId=${encodeURIComponent(thingId)}`))
    .map(({ action, changes }) => ({ action, changes }))
    .reverse();

const admin = { keyId: configuredKeyId, keyName: 'admin' };

test('an agent: created, edited, deleted, by whom and when', async () => {
  const agent = await createAgent(api);
  const path = `/v1/agents/${agent.id}`;
  await api.request('PATCH', path, { body: { identity: { timeZone: 'Asia/Tokyo' }, maxFollowupsPerSession: 2 } });
  await api.request('PATCH', path, { body: { name: agent.name } });
  await api.request('DELETE', path);
  expect(await actions(agent.id)).toEqual([
    {
      action: 'create',
      changes: {
        name: { from: null, to: 'Ada' },
        'identity.timeZone': { from: null, to: 'Europe/Madrid' },
        'identity.availability.mode': { from: null, to: 'always' },
        queueRelease: { from: null, to: 'spaced' },
      },
    },
    {
      action: 'edit',
      changes: {
        'identity.timeZone': { from: 'Europe/Madrid', to: 'Asia/Tokyo' },
        maxFollowupsPerSession: { from: null, to: 2 },
      },
    },
    { action: 'delete', changes: expect.objectContaining({ name: { from: 'Ada', to: null } }) },
  ]);
  const [last] = await entriesOf(`thingId=${agent.id}`);
  expect(last).toMatchObject({ ...admin, kind: 'agent', thingId: agent.id });
  expect(Math.abs(Date.parse(last?.at ?? '') - Date.now())).toBeLessThan(60_000);
});

test('a channel: created, edited, rotated, resumed, deleted, and never its secret', async () => {
  const channel = await createChannel(api, agentId);
  const path = `/v1/channels/${channel.id}`;
  await api.request('PATCH', path, { body: { endpoint: { url: 'http://127.0.0.1:9998/hook' } } });
  const rotated = await api.request('POST', `${path}/rotate-secret`);
  await api.deps.database.db
    .update(channels)
    .set({ pausedAt: new Date(), pausedReason: 'endpoint_gone' })
    .where(eq(channels.id, channel.id));
  await api.request('POST', `${path}/resume`);
  await api.request('POST', `${path}/resume`);
  await api.request('DELETE', path);
  const entries = await actions(channel.id);
  expect(entries).toEqual([
    { action: 'create', changes: expect.objectContaining({ name: { from: null, to: 'Chat' } }) },
    {
      action: 'edit',
      changes: { 'endpoint.url': { from: 'http://127.0.0.1:9999/hook', to: 'http://127.0.0.1:9998/hook' } },
    },
    { action: 'rotate_secret', changes: {} },
    { action: 'resume', changes: { pausedAt: { from: expect.any(String), to: null } } },
    { action: 'delete', changes: expect.anything() },
  ]);
  const stored = JSON.stringify(await api.deps.database.db.select().from(auditEntries));
  for (const secret of [channel.signingSecret, rotated.body.signingSecret]) {
    expect(stored).not.toContain(secret.slice(6));
  }
  expect(stored).not.toMatch(/whsec_|v1\.|signingSecret/);
});

test('a key: created and revoked, once, and never the key', async () => {
  const { id, key } = await createKey(api, { scope: 'read', name: 'Report' });
  for (let times = 0; times < 2; times++) await api.request('DELETE', `/v1/keys/${id}`);
  expect(await actions(id)).toEqual([
    { action: 'create', changes: { name: { from: null, to: 'Report' }, scope: { from: null, to: 'read' } } },
    { action: 'revoke', changes: { revokedAt: { from: null, to: expect.any(String) } } },
  ]);
  expect(JSON.stringify(await entriesOf('kind=key'))).not.toContain(key.slice(4));
});

test('the history of a followup tells who changed what, when, and outlives it', async () => {
  const other = (await createChannel(api, agentId)).id;
  const followup = await createFollowup(api, [channelId]);
  const path = `/v1/followups/${followup.id}`;
  const { id: keyId, key } = await createKey(api, { scope: 'admin', name: 'Console' });
  await api.request('PATCH', path, { body: { delaySeconds: 900, channelIds: [channelId, other] }, key });
  await api.request('POST', `${path}/deactivate`);
  await api.request('POST', `${path}/deactivate`);
  await api.request('POST', `${path}/activate`);
  await api.request('DELETE', path);

  const readKey = (await createKey(api, { scope: 'read' })).key;
  const { status, body } = await api.request('GET', `${path}/history`, { key: readKey });
  expect(status).toBe(200);
  expect(body.items.map((entry: Entry) => entry.action)).toEqual([
    ...['delete', 'activate', 'deactivate', 'edit', 'create'],
  ]);
  expect(body.items[2].changes).toEqual({ status: { from: 'active', to: 'inactive' } });
  expect(body.items[3]).toMatchObject({ keyId, keyName: 'Console', kind: 'followup', thingId: followup.id });
  expect(body.items[3].changes).toEqual({
    delaySeconds: { from: 1_800, to: 900 },
    channelIds: { from: [channelId], to: [channelId, other].sort() },
  });
  expect((await api.request('GET', `/v1/followups/flw_${'0'.repeat(32)}/history`)).status).toBe(404);
});

test('what fails is not written down', async () => {
  const { id } = await createAgent(api);
  const before = await entriesOf('limit=200');
  await api.request('PATCH', `/v1/agents/${id}`, { body: { name: 'x' }, headers: { 'if-match': '"9"' } });
  await api.request('PATCH', `/v1/agents/${id}`, { body: { name: '' } });
  await api.request('DELETE', `/v1/agents/${agentId}`);
  expect(await entriesOf('limit=200')).toEqual(before);
  await expect(
    api.deps.database.db.transaction(async (tx) => {
      const change = { action: 'edit', kind: 'agent', thingId: id, at: new Date() } as const;
      await audit(tx, admin, { ...change, before: { name: 'a' }, after: { name: 'b' } });
      throw new Error('undone');
    }),
  ).rejects.toThrow('undone');
  expect(await entriesOf('limit=200')).toEqual(before);
});

test('a change that is sent again with its Idempotency-Key is written down once', async () => {
  const headers = { 'idempotency-key': 'again' };
  const { body } = await api.request('POST', '/v1/agents', { body: agentBody(), headers });
  await api.request('POST', '/v1/agents', { body: agentBody(), headers });
  expect(await actions(body.id)).toHaveLength(1);
});

test('a conversation is named by a pseudonym, and found by its own id', async () => {
  const conversation = { channelId, conversationId: '+34600111222' };
  await audit(api.deps.database.db, admin, {
    ...{ action: 'opt_out', kind: 'conversation', thingId: conversationThingId(api.deps, conversation) },
    ...{ at: new Date(), before: { optedOut: false }, after: { optedOut: true } },
  });
  expect(JSON.stringify(await entriesOf('kind=conversation'))).not.toContain('34600111222');
  const found = await entriesOf(`thingId=${encodeURIComponent(`${channelId}/+34600111222`)}`);
  expect(found).toMatchObject([
    { action: 'opt_out', kind: 'conversation', changes: { optedOut: { from: false, to: true } } },
  ]);
  expect(await entriesOf(`thingId=${encodeURIComponent(found[0]?.thingId ?? '')}`)).toEqual(found);
});

test('the log is read by admins, filtered and in pages that neither skip nor repeat', async () => {
  for (const scope of ['read', 'gateway']) {
    const { key } = await createKey(api, { scope });
    expect((await api.request('GET', '/v1/audit', { key })).status).toBe(403);
  }
  const { id: keyId, key } = await createKey(api, { scope: 'admin' });
  const made: string[] = [];
  for (let count = 0; count < 7; count++) {
    made.unshift((await api.request('POST', '/v1/agents', { body: agentBody(), key })).body.id);
  }
  const seen: Entry[] = [];
  let cursor = '';
  do {
    const { body } = await api.request('GET', `/v1/audit?keyId=${keyId}&limit=3${cursor}`);
    seen.push(...body.items);
    cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    await api.request('POST', '/v1/agents', { body: agentBody(), key });
  } while (cursor !== '');
  expect(seen.map(({ thingId }) => thingId)).toEqual(made);

  const ids = async (query: string) => (await entriesOf(`keyId=${keyId}&${query}`)).map(({ id }) => id);
  const [newest, oldest] = [seen[0], seen[6]];
  const all = await ids('limit=200');
  expect(await ids('kind=agent&limit=200')).toEqual(all);
  expect(await ids('kind=channel')).toEqual([]);
  expect(await ids(`from=${oldest?.at}&limit=200`)).toEqual(all);
  expect(await ids(`to=${oldest?.at}`)).toEqual([]);
  expect(await ids(`thingId=${newest?.thingId}`)).toEqual([newest?.id]);
  for (const query of ['cursor=zzz', 'kind=session', 'from=2027-01-01T00:00:00Z&to=2026-01-01T00:00:00Z', 'x=1']) {
    expect((await api.request('GET', `/v1/audit?${query}`)).status).toBe(422);
  }
});

test('changes are told field by field, and secrets never', () => {
  expect(
    changesBetween(
      { a: 1, b: { c: 2, d: [1] }, same: null, signingSecret: 'x', key: 'k' },
      { a: 1, b: { c: 3, d: [1, 2] }, same: null, e: true, signingSecret: 'y', accessToken: 't' },
    ),
  ).toEqual({
    'b.c': { from: 2, to: 3 },
    'b.d': { from: [1], to: [1, 2] },
    e: { from: null, to: true },
  });
  expect(changesBetween(null, null)).toEqual({});
});
