import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { Webhook } from 'standardwebhooks';
import { signingSecrets } from '../../src/activities/signing-secrets';
import { channels, deliveries, sessions } from '../../src/db/schema';
import { startTestApi, type TestApi } from '../support/api';
import { startGateway, type TestGateway } from '../support/gateway';
import { createAgent, createChannel, createKey } from '../support/things';

let api: TestApi;
let gateway: TestGateway;
let agentId: string;
let readKey: string;
beforeAll(async () => {
  api = await startTestApi();
  gateway = await startGateway();
  agentId = (await createAgent(api)).id;
  readKey = (await createKey(api, { scope: 'read' })).key;
});
afterAll(async () => {
  await gateway?.close();
  await api?.stop();
});

const row = async (channelId: string) => {
  const [found] = await api.deps.database.db.select().from(channels).where(eq(channels.id, channelId));
  if (!found) throw new Error('no such row');
  return found;
};

const setRow = (channelId: string, values: Partial<typeof channels.$inferInsert>) =>
  api.deps.database.db.update(channels).set(values).where(eq(channels.id, channelId));

const secretsOf = async (channelId: string) =>
  signingSecrets(api.deps.secretBox, await row(channelId), api.deps.clock());

const unknown = `ch_${'0'.repeat(32)}`;

test.each([['rotate-secret'], ['test'], ['resume']])('%s: admins only; 404 for an unknown channel', async (action) => {
  const channel = await createChannel(api, agentId);
  const refused = await api.request('POST', `/v1/channels/${channel.id}/${action}`, { key: readKey });
  expect(refused.status).toBe(403);
  expect((await api.request('POST', `/v1/channels/${unknown}/${action}`)).status).toBe(404);
  await api.request('DELETE', `/v1/channels/${channel.id}`);
  expect((await api.request('POST', `/v1/channels/${channel.id}/${action}`)).status).toBe(404);
});

describe('rotate-secret', () => {
  test('shows a new secret once, and the one before is valid for 24 hours', async () => {
    const channel = await createChannel(api, agentId);
    const path = `/v1/channels/${channel.id}`;
    const { status, body, headers } = await api.request('POST', `${path}/rotate-secret`);
    expect(status).toBe(200);
    expect(body.signingSecret).toMatch(/^whsec_/);
    expect(body.signingSecret).not.toBe(channel.signingSecret);
    expect([body.revision, headers.get('etag')]).toEqual([2, '"2"']);
    const validForMs = Date.parse(body.previousSecretValidUntil) - api.deps.clock();
    expect(Math.abs(validForMs - 24 * 3_600_000)).toBeLessThan(60_000);

    expect(await secretsOf(channel.id)).toEqual([body.signingSecret, channel.signingSecret]);
    expect((await row(channel.id)).signingSecret).not.toContain(body.signingSecret.slice(6));
    expect(JSON.stringify((await api.request('GET', path)).body)).not.toContain('whsec_');
    api.clock.offsetMs += 24 * 3_600_000 + 1_000;
    expect(await secretsOf(channel.id)).toEqual([body.signingSecret]);
    api.clock.offsetMs = 0;
  });

  test('again: only the last two are valid', async () => {
    const channel = await createChannel(api, agentId);
    const rotate = async () => (await api.request('POST', `/v1/channels/${channel.id}/rotate-secret`)).body;
    const second = await rotate();
    const third = await rotate();
    expect(await secretsOf(channel.id)).toEqual([third.signingSecret, second.signingSecret]);
  });

  test('honours If-Match, and concerns no session', async () => {
    const channel = await createChannel(api, agentId);
    api.rollouts.length = 0;
    const path = `/v1/channels/${channel.id}/rotate-secret`;
    expect((await api.request('POST', path, { headers: { 'if-match': '"1"' } })).status).toBe(200);
    expect((await api.request('POST', path, { headers: { 'if-match': '"1"' } })).status).toBe(412);
    expect([(await row(channel.id)).planRevision, api.rollouts]).toEqual([1, []]);
  });
});

describe('test', () => {
  const testOf = (channelId: string) => api.request('POST', `/v1/channels/${channelId}/test`);

  test('sends a signed test that cannot be mistaken for a followup, and shows all but the secret', async () => {
    const channel = await createChannel(api, agentId, { endpoint: { url: `${gateway.url}?shop=1` } });
    const { status, body } = await testOf(channel.id);
    expect(status).toBe(200);
    const [received] = gateway.received.slice(-1);
    expect(received?.data).toMatchObject({
      ...{ test: true, channelId: channel.id, agentId, survey: null, withinWindow: true },
      deliveryId: received?.webhookId,
    });
    expect(received?.webhookId).toMatch(/^dlv_test_[0-9a-f]{32}$/);
    expect(body.request).toMatchObject({ url: `${gateway.url}?shop=1`, body: received?.body });
    expect(body.request.headers).toMatchObject({ host: new URL(gateway.url).host, 'webhook-id': received?.webhookId });
    // What is shown is what was sent: it verifies.
    new Webhook(channel.signingSecret).verify(body.request.body, body.request.headers);
    expect(body.response).toEqual({
      ...{ kind: 'answered', status: 200, code: null, meaning: 'sent' },
      body: JSON.stringify({ messageId: `gw-${received?.webhookId}` }),
    });
    expect(body.durationMs).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(body)).not.toContain(channel.signingSecret.slice(6));
  });

  test('after a rotation it is signed with both secrets', async () => {
    const channel = await createChannel(api, agentId, { endpoint: { url: gateway.url } });
    const { body: rotated } = await api.request('POST', `/v1/channels/${channel.id}/rotate-secret`);
    const { body } = await testOf(channel.id);
    for (const secret of [rotated.signingSecret, channel.signingSecret]) {
      new Webhook(secret).verify(body.request.body, body.request.headers);
    }
  });

  test.each([
    [200, 'sent'],
    [422, 'rejected'],
    [410, 'endpoint_gone'],
    [302, 'retry'],
    [503, 'retry'],
  ])('an answer of %i means: %s; the channel stays as it is', async (status, meaning) => {
    const channel = await createChannel(api, agentId, { endpoint: { url: gateway.url } });
    const { answer } = gateway;
    gateway.answer = (_request, response) => {
      response.writeHead(status, { location: '/elsewhere' });
      response.end('x'.repeat(5_000));
    };
    try {
      const { body } = await testOf(channel.id);
      expect(body.response).toMatchObject({ kind: 'answered', status, meaning, body: 'x'.repeat(2_048) });
    } finally {
      gateway.answer = answer;
    }
    const { pausedAt, consecutiveFailures, lastFailureAt, planRevision } = await row(channel.id);
    expect([pausedAt, consecutiveFailures, lastFailureAt, planRevision]).toEqual([null, 0, null, 1]);
    expect(await api.deps.database.db.$count(deliveries)).toBe(0);
  });

  test('nobody listens: unreachable', async () => {
    const channel = await createChannel(api, agentId, { endpoint: { url: 'http://127.0.0.1:1/' } });
    const { status, body } = await testOf(channel.id);
    expect([status, body.response]).toEqual([
      200,
      { kind: 'unreachable', status: null, body: null, code: 'ECONNREFUSED', meaning: null },
    ]);
  });

  test('an address that nothing may be sent to: blocked', async () => {
    const channel = await createChannel(api, agentId, { endpoint: { url: 'http://169.254.169.254/latest' } });
    const { body } = await testOf(channel.id);
    expect(body.response).toEqual({ kind: 'blocked', status: null, body: null, code: null, meaning: null });
  });
});

describe('resume', () => {
  test('takes the pause and the failures away, and tells the sessions', async () => {
    const channel = await createChannel(api, agentId);
    const path = `/v1/channels/${channel.id}/resume`;
    await setRow(channel.id, { pausedAt: new Date(), pausedReason: 'endpoint_gone', consecutiveFailures: 12 });
    api.rollouts.length = 0;
    expect((await api.request('POST', path, { headers: { 'if-match': '"7"' } })).status).toBe(412);
    const { status, body, headers } = await api.request('POST', path, { headers: { 'if-match': '"1"' } });
    expect([status, headers.get('etag')]).toEqual([200, '"2"']);
    expect(body).toMatchObject({ paused: null, revision: 2, planRevision: 2 });
    expect(await row(channel.id)).toMatchObject({ pausedAt: null, pausedReason: null, consecutiveFailures: 0 });
    expect(api.rollouts).toEqual([[channel.id]]);

    // Again changes nothing.
    expect((await api.request('POST', path)).body).toMatchObject({ revision: 2, planRevision: 2 });
    expect(api.rollouts).toHaveLength(1);
  });
});

describe('health', () => {
  const healthOf = async (channelId: string) =>
    (await api.request('GET', `/v1/channels/${channelId}/health`, { key: readKey })).body;

  test('of an endpoint: ok, failing, paused', async () => {
    const channel = await createChannel(api, agentId);
    expect(await healthOf(channel.id)).toEqual({
      ...{ status: 'ok', pausedAt: null, lastSuccessAt: null, lastFailureAt: null, lastFailure: null },
      ...{ consecutiveFailures: 0, reportsOnlyOneSide: null },
    });
    const at = new Date('2026-11-30T09:00:00.000Z');
    await setRow(channel.id, {
      ...{ lastSuccessAt: at, lastFailureAt: at, lastFailure: 'http_503', consecutiveFailures: 3 },
    });
    expect(await healthOf(channel.id)).toMatchObject({
      ...{ status: 'failing', lastSuccessAt: at.toISOString(), lastFailureAt: at.toISOString() },
      ...{ lastFailure: 'http_503', consecutiveFailures: 3 },
    });
    await setRow(channel.id, { pausedAt: at, pausedReason: 'endpoint_gone' });
    expect(await healthOf(channel.id)).toMatchObject({ status: 'paused', pausedAt: at.toISOString() });
  });

  test('a gateway key asks for its channels only', async () => {
    const [mine, other] = [await createChannel(api, agentId), await createChannel(api, agentId)];
    const { key } = await createKey(api, { scope: 'gateway', channelIds: [mine.id] });
    expect((await api.request('GET', `/v1/channels/${mine.id}/health`, { key })).status).toBe(200);
    expect((await api.request('GET', `/v1/channels/${other.id}/health`, { key })).status).toBe(403);
    expect((await api.request('GET', `/v1/channels/${unknown}/health`)).status).toBe(404);
  });

  /** Sessions that have ended, with messages of these sides. */
  async function makeSessions(channelId: string, count: number, sides: ('agent' | 'user')[], ageMs = 0) {
    const at = new Date(Date.now() - ageMs);
    await api.deps.database.db.insert(sessions).values(
      Array.from({ length: count }, () => ({
        ...{ id: `ses_${randomUUID().replaceAll('-', '')}`, channelId, agentId, conversationId: randomUUID() },
        ...{ workflowId: randomUUID(), openedByRunId: randomUUID(), firstRunId: '1', runId: '1' },
        ...{ status: 'ended' as const, startedAt: at, endedAt: at, endedBy: 'idle' as const, planRevision: 1 },
        ...{ createdAt: at, updatedAt: at },
        lastAgentMessageAt: sides.includes('agent') ? at : null,
        lastUserMessageAt: sides.includes('user') ? at : null,
      })),
    );
  }

  test.each([['agent'], ['user']] as const)('warns when only the side of the %s is reported', async (side) => {
    const channel = await createChannel(api, agentId);
    await makeSessions(channel.id, 4, [side]);
    await makeSessions(channel.id, 9, ['agent', 'user'], 8 * 86_400_000);
    expect((await healthOf(channel.id)).reportsOnlyOneSide).toBeNull();
    await makeSessions(channel.id, 1, [side]);
    expect((await healthOf(channel.id)).reportsOnlyOneSide).toMatchObject({
      ...{ side, sessions: 5, message: expect.stringContaining(`${side} only`) },
    });
    await makeSessions(channel.id, 1, ['agent', 'user']);
    expect((await healthOf(channel.id)).reportsOnlyOneSide).toBeNull();
  });
});
