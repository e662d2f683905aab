import { eq } from 'drizzle-orm';
import { Webhook } from 'standardwebhooks';
import { chatMessages, deliveries } from '../../src/db/schema';
import { newId } from '../../src/ids';
import { startTestApi, type TestApi } from '../support/api';
import { startGateway, type TestGateway } from '../support/gateway';
import { createAgent, createChannel, createFollowup, createKey } from '../support/things';

let api: TestApi;
let gateway: TestGateway;
let agentId: string;
beforeAll(async () => {
  api = await startTestApi();
  gateway = await startGateway();
  agentId = (await createAgent(api)).id;
});
afterAll(async () => {
  await gateway?.close();
  await api?.stop();
});

const createWebhook = (fields = {}) => createChannel(api, agentId, { endpoint: { url: gateway.url }, ...fields });
const testOf = (followupId: string, body: object, key?: string) =>
  api.request('POST', `/v1/followups/${followupId}/test`, { body, ...(key === undefined ? {} : { key }) });

test('sends the message and survey of a followup, marked as a test, and counts nowhere', async () => {
  const channel = await createWebhook();
  const elsewhere = await createWebhook();
  const followup = await createFollowup(api, [elsewhere.id], {
    ...{ message: 'Still here?', surveyType: 'csat', status: 'inactive' },
  });
  const { status, body } = await testOf(followup.id, { channelId: channel.id });
  expect(status).toBe(200);
  const [received] = gateway.received.slice(-1);
  expect(received?.data).toMatchObject({
    ...{ test: true, followupId: followup.id, channelId: channel.id, agentId, conversationId: 'test' },
    ...{ message: 'Still here?', survey: { type: 'csat', url: expect.stringContaining('/s/') } },
  });
  expect(received?.webhookId).toMatch(/^dlv_test_/);
  new Webhook(channel.signingSecret).verify(body.request.body, body.request.headers);
  expect(body.response).toMatchObject({ kind: 'answered', status: 200, meaning: 'sent' });

  const link = new URL(JSON.parse(body.request.body).data.survey.url);
  expect((await api.request('GET', link.pathname, { key: null })).status).toBe(404);
  expect(await api.deps.database.db.$count(deliveries)).toBe(0);
  expect(api.sessions.messages).toEqual([]);
});

test('without a survey there is none; to a conversation as its gateway knows it', async () => {
  const channel = await createWebhook({ hashConversationIds: true });
  const followup = await createFollowup(api, [channel.id]);
  await testOf(followup.id, { channelId: channel.id, conversationId: '+34600000000' });
  const [received] = gateway.received.slice(-1);
  const pseudonym = api.deps.secretBox.hmac('conversation', `${channel.id}/+34600000000`);
  expect(received?.data).toMatchObject({ survey: null, conversationId: pseudonym });
});

test('on a web chat it appears in the conversation', async () => {
  const made = await api.request('POST', '/v1/channels', { body: { agentId, name: 'Try', type: 'webchat' } });
  expect(made.status).toBe(201);
  const channelId = made.body.id;
  const followup = await createFollowup(api, [channelId], { message: 'Still here?', surveyType: 'nps' });
  const refused = await testOf(followup.id, { channelId });
  expect([refused.status, refused.body.errors[0]]).toMatchObject([422, { path: 'conversationId', code: 'required' }]);

  const { body } = await testOf(followup.id, { channelId, conversationId: 'visitor-1' });
  const rows = await api.deps.database.db.select().from(chatMessages).where(eq(chatMessages.channelId, channelId));
  expect(rows).toMatchObject([
    {
      ...{ conversationId: 'visitor-1', sender: 'followup', text: 'Still here?' },
      ...{ messageId: expect.stringMatching(/^test_[0-9a-f]{32}$/), survey: { type: 'nps' } },
    },
  ]);
  expect(body).toMatchObject({
    request: { url: `webchat:${channelId}`, headers: {} },
    response: {
      kind: 'answered',
      status: 200,
      body: JSON.stringify({ messageId: rows[0]?.messageId }),
      meaning: 'sent',
    },
  });
  expect(JSON.parse(body.request.body).data).toMatchObject({ test: true, conversationId: 'visitor-1' });
  expect(await api.deps.database.db.$count(deliveries)).toBe(0);
  expect(api.sessions.messages).toEqual([]);
});

test('is refused on channels of others, of followups that are not there, and but for admins', async () => {
  const channel = await createWebhook();
  const followup = await createFollowup(api, [channel.id]);
  const stranger = await createChannel(api, (await createAgent(api)).id, { endpoint: { url: gateway.url } });
  for (const channelId of [stranger.id, newId('ch')]) {
    const refused = await testOf(followup.id, { channelId });
    expect([refused.status, refused.body.errors[0]]).toMatchObject([
      422,
      { path: 'channelId', code: 'unknown_channel' },
    ]);
  }
  expect((await testOf(newId('flw'), { channelId: channel.id })).status).toBe(404);
  const { key } = await createKey(api, { scope: 'read' });
  expect((await testOf(followup.id, { channelId: channel.id }, key)).status).toBe(403);
});
