import fc from 'fast-check';
import { startTestApi, type TestApi } from '../support/api';
import { agentBody, channelBody, createAgent, createChannel, createFollowup, followupBody } from '../support/things';

let api: TestApi;
let calls: { method: string; path: string; valid: Record<string, unknown> }[];
beforeAll(async () => {
  api = await startTestApi();
  const agent = await createAgent(api);
  const channel = await createChannel(api, agent.id);
  const followup = await createFollowup(api, [channel.id]);
  const conversation = `/v1/channels/${channel.id}/conversations/a`;
  calls = [
    { method: 'POST', path: '/v1/agents', valid: agentBody() },
    { method: 'PATCH', path: `/v1/agents/${agent.id}`, valid: agentBody() },
    { method: 'POST', path: '/v1/channels', valid: channelBody(agent.id) },
    { method: 'PATCH', path: `/v1/channels/${channel.id}`, valid: channelBody(agent.id) },
    { method: 'POST', path: '/v1/followups', valid: followupBody([channel.id]) },
    { method: 'PATCH', path: `/v1/followups/${followup.id}`, valid: followupBody([channel.id]) },
    { method: 'POST', path: `${conversation}/messages`, valid: { id: '1', from: 'user' } },
    { method: 'POST', path: `${conversation}/end`, valid: { outcome: 'resolved' } },
    { method: 'POST', path: '/v1/keys', valid: { name: 'x', scope: 'read' } },
  ];
});
afterAll(() => api?.stop());

const anything = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' });

/** The status, and that it is no failure of ours; the client checks that the answer is as documented. */
const expectNoFailure = (status: number) => expect(status).toBeLessThan(500);

test('whatever is put in place of a valid value, the answer is no failure', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(), anything, async (which, field, value) => {
      const call = calls[which % calls.length];
      if (!call) return;
      const names = [...Object.keys(call.valid), 'identity', 'endpoint', 'at', 'expiresAt', 'channelIds'];
      const body = { ...call.valid, [names[field % names.length] ?? '']: value };
      expectNoFailure((await api.request(call.method, call.path, { body })).status);
    }),
    { numRuns: 300 },
  );
}, 120_000);

test('whatever is sent as a query, the answer is no failure', async () => {
  const paths = [
    '/v1/agents',
    '/v1/channels',
    '/v1/followups',
    '/v1/sessions',
    '/v1/deliveries',
    '/v1/keys',
    '/v1/audit',
  ];
  const names = [
    'limit',
    'cursor',
    'q',
    'from',
    'to',
    'conversationId',
    'channelId',
    'status',
    'gatewayMessageId',
    'x',
  ];
  const encode = (text: string) => {
    try {
      return encodeURIComponent(text);
    } catch {
      return '%ED%A0%80';
    }
  };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.constantFrom(...names),
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.date({ noInvalidDate: true }).map((at) => at.toISOString()),
      ),
      async (path, name, value) => {
        expectNoFailure((await api.request('GET', `${path}?${name}=${encode(value)}`)).status);
      },
    ),
    { numRuns: 200 },
  );
}, 120_000);
