import { startTestApi, type TestApi } from '../support/api';
import { storeAttempt, storeDelivery, storeSession } from '../support/stored-history';
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

let count = 0;
async function deliver(fields: Parameters<typeof storeDelivery>[3] = {}): Promise<string> {
  count += 1;
  const session = await storeSession(api, { channelId, agentId, conversationId: `c-${count}` });
  return (await storeDelivery(api, session, followupId, fields)).id;
}
const report = (deliveryId: string, body: object, key = api.adminKey) =>
  api.request('POST', `/v1/deliveries/${deliveryId}/receipt`, { body, key });
const read = async (deliveryId: string) => (await api.request('GET', `/v1/deliveries/${deliveryId}`)).body;

test('a receipt is kept with its code, and shown with the delivery', async () => {
  const id = await deliver();
  expect((await read(id)).receipt).toBeNull();
  const { status, body } = await report(id, { status: 'failed', code: '131047' });
  expect([status, body]).toEqual([200, { status: 'failed', code: '131047', at: expect.any(String) }]);
  // Nothing is sent again for it.
  expect(await read(id)).toMatchObject({ status: 'sent', receipt: body });
});

test.each<[string, string[], string]>([
  ['delivered, then read', ['delivered', 'read'], 'read'],
  ['read, then delivered: never backwards', ['read', 'delivered'], 'read'],
  ['failed, then delivered after all', ['failed', 'delivered'], 'delivered'],
  ['read, then failed', ['read', 'failed'], 'read'],
])('%s', async (_what, reported, counts) => {
  const id = await deliver();
  for (const status of reported) await report(id, { status });
  expect((await read(id)).receipt.status).toBe(counts);
});

test('the same again changes nothing', async () => {
  const id = await deliver();
  const first = await report(id, { status: 'delivered', code: 'a' });
  api.clock.offsetMs += 5_000;
  const again = await report(id, { status: 'delivered', code: 'b' });
  expect([again.status, again.body]).toEqual([200, first.body]);
});

test('however many come at once, the highest counts', async () => {
  const id = await deliver();
  const all = ['read', 'delivered', 'failed', 'delivered', 'failed', 'delivered', 'read', 'failed'];
  const answers = await Promise.all(all.map((status) => report(id, { status })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await read(id)).receipt.status).toBe('read');
});

test('a delivery of which nobody knew turns out to have been sent', async () => {
  const id = await deliver({ status: 'unknown', reason: 'unknown' });
  const sendingAt = new Date(Date.now() - 60_000);
  await storeAttempt(api, { deliveryId: id, attempt: 1, sendingAt, outcome: 'lost' });
  await report(id, { status: 'failed' });
  expect(await read(id)).toMatchObject({ status: 'unknown', sentAt: null });
  await report(id, { status: 'delivered' });
  expect(await read(id)).toMatchObject({ status: 'sent', reason: 'sent', sentAt: sendingAt.toISOString() });
});

test.each(['queued', 'skipped'] as const)('a delivery that is %s has none', async (status) => {
  const id = await deliver({ status, reason: status === 'queued' ? 'queued' : 'user_replied' });
  const response = await report(id, { status: 'delivered' });
  expect([response.status, response.body.code]).toEqual([409, 'conflict']);
});

test('only the gateway of its channel reports it', async () => {
  const id = await deliver();
  const other = (await createChannel(api, agentId)).id;
  const { key: mine } = await createKey(api, { scope: 'gateway', channelIds: [channelId] });
  const { key: others } = await createKey(api, { scope: 'gateway', channelIds: [other] });
  const { key: reader } = await createKey(api, { scope: 'read' });
  expect((await report(id, { status: 'read' }, others)).status).toBe(403);
  expect((await report(id, { status: 'read' }, reader)).status).toBe(403);
  expect((await report(id, { status: 'read' }, mine)).status).toBe(200);
  expect((await report(`dlv_${'0'.repeat(32)}`, { status: 'read' })).status).toBe(404);
});

test.each<[string, object, string]>([
  ['no status', {}, 'status'],
  ['an unknown status', { status: 'seen' }, 'status'],
  ['a code that is none', { status: 'read', code: 5 }, 'code'],
  ['a long code', { status: 'read', code: 'x'.repeat(101) }, 'code'],
])('%s is refused', async (_what, body, path) => {
  const response = await report(await deliver(), body);
  expect([response.status, response.body.errors[0].path]).toEqual([422, path]);
});
