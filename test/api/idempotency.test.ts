import { eq } from 'drizzle-orm';
import { agents, apiKeys, channels, followups, idempotencyKeys } from '../../src/db/schema';
import { type ApiResponse, startTestApi, type TestApi } from '../support/api';
import { eventually } from '../support/eventually';
import { agentBody, channelBody, createAgent, createChannel, createKey, followupBody } from '../support/things';

let api: TestApi;
let agentId: string;
let channelId: string;
beforeAll(async () => {
  api = await startTestApi();
  agentId = (await createAgent(api)).id;
  channelId = (await createChannel(api, agentId)).id;
});
afterAll(() => api?.stop());

let keys = 0;
const newIdempotencyKey = () => `key-${++keys}`;

const create = (path: string, body: unknown, idempotencyKey: string, key = api.adminKey) =>
  api.request('POST', path, { body, key, headers: { 'idempotency-key': idempotencyKey } });

const sameAnswer = (one: ApiResponse, other: ApiResponse) => {
  expect([other.status, other.body]).toEqual([one.status, one.body]);
  for (const name of ['location', 'etag']) expect(other.headers.get(name)).toBe(one.headers.get(name));
};

const stored = async (idempotencyKey: string) => {
  const { db } = api.deps.database;
  const [row] = await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.idempotencyKey, idempotencyKey));
  return row;
};

test.each([
  ['/v1/agents', agents, () => agentBody()],
  ['/v1/channels', channels, () => channelBody(agentId)],
  ['/v1/followups', followups, () => followupBody([channelId])],
  ['/v1/keys', apiKeys, () => ({ name: 'A key', scope: 'read' })],
] as const)('POST %s: the same request gets the same answer again, and is made once', async (path, table, makeBody) => {
  const idempotencyKey = newIdempotencyKey();
  const before = await api.deps.database.db.$count(table);
  const first = await create(path, makeBody(), idempotencyKey);
  expect([first.status, first.headers.get('location')]).toEqual([201, `${path}/${first.body.id}`]);
  sameAnswer(first, await create(path, makeBody(), idempotencyKey));
  // Spacing and the order of fields do not make it another request.
  const turned = JSON.stringify(Object.fromEntries(Object.entries(makeBody()).reverse()), null, 2);
  const headers = { 'idempotency-key': idempotencyKey };
  sameAnswer(first, await api.request('POST', path, { raw: turned, headers }));
  expect(await api.deps.database.db.$count(table)).toBe(before + 1);
});

test('an answer with a secret is kept encrypted, and given again with the secret', async () => {
  const idempotencyKey = newIdempotencyKey();
  const { body } = await create('/v1/channels', channelBody(agentId), idempotencyKey);
  const row = await stored(idempotencyKey);
  expect(JSON.stringify(row)).not.toContain(body.signingSecret.slice(6));
  expect(row?.responseBody).toMatch(/^v1\./);
  expect((await create('/v1/channels', channelBody(agentId), idempotencyKey)).body.signingSecret).toBe(
    body.signingSecret,
  );
});

test('a rotation that is sent again rotates once', async () => {
  const path = `/v1/channels/${channelId}/rotate-secret`;
  const idempotencyKey = newIdempotencyKey();
  const first = await create(path, undefined, idempotencyKey);
  expect(first.status).toBe(200);
  sameAnswer(first, await create(path, undefined, idempotencyKey));
});

test('422 for another body, and for another path', async () => {
  const idempotencyKey = newIdempotencyKey();
  await create('/v1/agents', agentBody(), idempotencyKey);
  for (const [path, body] of [
    ['/v1/agents', agentBody({ name: 'Bob' })],
    ['/v1/keys', { name: 'A key', scope: 'read' }],
  ] as const) {
    const response = await create(path, body, idempotencyKey);
    expect([response.status, response.body.errors[0]]).toEqual([
      422,
      expect.objectContaining({ path: 'Idempotency-Key', code: 'used_before' }),
    ]);
  }
});

test('another API key may use the same one for its own', async () => {
  const idempotencyKey = newIdempotencyKey();
  const { key } = await createKey(api, { scope: 'admin' });
  const mine = await create('/v1/agents', agentBody(), idempotencyKey);
  const theirs = await create('/v1/agents', agentBody({ name: 'Bob' }), idempotencyKey, key);
  expect([mine.status, theirs.status]).toEqual([201, 201]);
  expect(theirs.body.id).not.toBe(mine.body.id);
});

test.each([
  ['a space', 'a b'],
  ['nothing', ''],
  ['too much', 'x'.repeat(256)],
])('422 for a key that has %s', async (_what, idempotencyKey) => {
  const response = await create('/v1/agents', agentBody(), idempotencyKey);
  expect([response.status, response.body.errors[0]]).toEqual([
    422,
    expect.objectContaining({ path: 'Idempotency-Key', code: 'invalid_format' }),
  ]);
});

test('what failed was not made: the key may be used again, for what was meant', async () => {
  const idempotencyKey = newIdempotencyKey();
  const failed = await create('/v1/channels', channelBody(`agt_${'0'.repeat(32)}`), idempotencyKey);
  expect([failed.status, failed.body.errors[0].code]).toEqual([422, 'unknown_agent']);
  expect((await create('/v1/channels', channelBody(agentId), idempotencyKey)).status).toBe(201);
});

/** Holds what the creation of a channel waits for, until it is released. */
async function holdAgent(id: string) {
  let release = () => {};
  let held = () => {};
  const holding = new Promise<void>((resolve) => {
    held = resolve;
  });
  const done = api.deps.database.db.transaction(async (tx) => {
    await tx.select().from(agents).where(eq(agents.id, id)).for('update');
    held();
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  await holding;
  return async () => {
    release();
    await done;
  };
}

test('409 while the first is running; then its answer', async () => {
  const idempotencyKey = newIdempotencyKey();
  const agent = await createAgent(api);
  const release = await holdAgent(agent.id);
  const first = create('/v1/channels', channelBody(agent.id), idempotencyKey);
  await eventually('the first to begin', () => stored(idempotencyKey));
  const second = await create('/v1/channels', channelBody(agent.id), idempotencyKey);
  expect([second.status, second.body.code, second.headers.get('retry-after')]).toEqual([409, 'conflict', '1']);
  const other = await create('/v1/channels', channelBody(agent.id, { name: 'Desk' }), idempotencyKey);
  expect(other.status).toBe(422);
  await release();
  const made = await first;
  expect(made.status).toBe(201);
  sameAnswer(made, await create('/v1/channels', channelBody(agent.id), idempotencyKey));
  expect((await api.request('GET', `/v1/channels?agentId=${agent.id}`)).body.items).toHaveLength(1);
});

test('many at once make one', async () => {
  const idempotencyKey = newIdempotencyKey();
  const agent = await createAgent(api);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => create('/v1/channels', channelBody(agent.id), idempotencyKey)),
  );
  expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  expect(answers.some(({ status }) => status === 201)).toBe(true);
  expect((await api.request('GET', `/v1/channels?agentId=${agent.id}`)).body.items).toHaveLength(1);
});

test('an answer that came too late (503) is found, or nothing was made: never two', async () => {
  const idempotencyKey = newIdempotencyKey();
  const agent = await createAgent(api);
  const release = await holdAgent(agent.id);
  const first = await create('/v1/channels', channelBody(agent.id), idempotencyKey);
  expect(first.status).toBe(503);
  await release();
  const again = await eventually('the answer', async () => {
    const response = await create('/v1/channels', channelBody(agent.id), idempotencyKey);
    if (response.status === 409) return null;
    return response;
  });
  expect(again.status).toBe(201);
  const { items } = (await api.request('GET', `/v1/channels?agentId=${agent.id}`)).body;
  expect(items.map(({ id }: { id: string }) => id)).toEqual([again.body.id]);
}, 30_000);

describe('an attempt that died', () => {
  /** As if the process had ended right after it had claimed the key. */
  const dieWith = async (idempotencyKey: string, ageMs: number) => {
    await create('/v1/agents', agentBody(), idempotencyKey);
    await api.deps.database.db
      .update(idempotencyKeys)
      .set({
        responseStatus: null,
        responseHeaders: null,
        responseBody: null,
        createdAt: new Date(api.deps.clock() - ageMs),
      })
      .where(eq(idempotencyKeys.idempotencyKey, idempotencyKey));
  };

  test('is taken over after a minute, and not before', async () => {
    const idempotencyKey = newIdempotencyKey();
    await dieWith(idempotencyKey, 50_000);
    expect((await create('/v1/agents', agentBody(), idempotencyKey)).status).toBe(409);
    await dieWith(idempotencyKey, 61_000);
    expect((await create('/v1/agents', agentBody({ name: 'Bob' }), idempotencyKey)).status).toBe(422);
    const taken = await create('/v1/agents', agentBody(), idempotencyKey);
    expect(taken.status).toBe(201);
    sameAnswer(taken, await create('/v1/agents', agentBody(), idempotencyKey));
  });
});

test('an answer is kept for 24 hours, and deleted after them', async () => {
  const late = await startTestApi();
  try {
    const headers = { 'idempotency-key': 'mine' };
    const post = () => late.request('POST', '/v1/agents', { body: agentBody(), headers });
    const first = await post();
    await late.request('POST', '/v1/agents', { body: agentBody(), headers: { 'idempotency-key': 'other' } });
    late.clock.offsetMs = 23 * 3_600_000;
    sameAnswer(first, await post());
    late.clock.offsetMs = 24 * 3_600_000 + 60_000;
    const next = await post();
    expect(next.status).toBe(201);
    expect(next.body.id).not.toBe(first.body.id);
    await eventually('the other to be deleted', async () => {
      const rows = await late.deps.database.db.select().from(idempotencyKeys);
      return rows.length === 1 && rows[0]?.idempotencyKey === 'mine';
    });
  } finally {
    await late.stop();
  }
});

test('without the header every request is one of its own', async () => {
  const ids = await Promise.all([createAgent(api), createAgent(api)]);
  expect(ids[0].id).not.toBe(ids[1].id);
});

test('the document tells of it', async () => {
  const { paths } = (await api.request('GET', '/openapi.json', { key: null })).body;
  for (const path of ['/v1/agents', '/v1/channels', '/v1/followups', '/v1/keys']) {
    const { parameters, responses } = paths[path].post;
    expect(parameters).toContainEqual(expect.objectContaining({ in: 'header', name: 'Idempotency-Key' }));
    expect(responses).toHaveProperty('409');
  }
});
