import { newId } from '../../src/ids';
import { startTestApi, type TestApi } from '../support/api';
import { storeDelivery, storeSession } from '../support/stored-history';
import { createAgent, createChannel, createFollowup } from '../support/things';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.stop());

const queued = async (path: string) => (await api.request('GET', `${path}/queued`)).body;

test('counts what is queued or being tried in open sessions, of a followup and of an agent', async () => {
  const agentId = (await createAgent(api)).id;
  const channelId = (await createChannel(api, agentId)).id;
  const [one, other] = [(await createFollowup(api, [channelId])).id, (await createFollowup(api, [channelId])).id];
  expect(await queued(`/v1/followups/${one}`)).toEqual({ queued: 0 });

  const session = (fields = {}) => storeSession(api, { channelId, agentId, conversationId: newId('ses') }, fields);
  for (const fields of [
    { status: 'queued', reason: 'queued' },
    { status: 'queued', reason: 'channel_paused' },
    { status: 'sending', reason: 'retrying' },
    { status: 'sent', reason: 'sent' },
    { status: 'skipped', reason: 'user_replied' },
  ] as const) {
    await storeDelivery(api, await session(), one, fields);
  }
  await storeDelivery(api, await session(), other, { status: 'queued', reason: 'throttled' });
  // Left behind by a session that has ended: nothing will come of it.
  await storeDelivery(api, await session({ status: 'ended', endedAt: new Date() }), one, {
    ...{ status: 'queued', reason: 'queued' },
  });
  expect(await queued(`/v1/followups/${one}`)).toEqual({ queued: 3 });
  expect(await queued(`/v1/followups/${other}`)).toEqual({ queued: 1 });
  expect(await queued(`/v1/agents/${agentId}`)).toEqual({ queued: 4 });
  expect(await queued(`/v1/agents/${(await createAgent(api)).id}`)).toEqual({ queued: 0 });
  // It is only told: nothing is held up by it.
  expect((await api.request('POST', `/v1/followups/${one}/deactivate`)).status).toBe(200);
});

test('of what is not there: 404', async () => {
  expect((await api.request('GET', `/v1/followups/${newId('flw')}/queued`)).status).toBe(404);
  expect((await api.request('GET', `/v1/agents/${newId('agt')}/queued`)).status).toBe(404);
});
