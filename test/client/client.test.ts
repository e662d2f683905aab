import { randomUUID } from 'node:crypto';
import { createFollowupsClient, every, ProblemError } from '../../client/src';
import { startTestApi, type TestApi } from '../support/api';
import { agentBody, channelBody } from '../support/things';

let api: TestApi;
let client: ReturnType<typeof createFollowupsClient>;
beforeAll(async () => {
  api = await startTestApi();
  client = createFollowupsClient({ baseUrl: `${api.url}/`, apiKey: api.adminKey });
});
afterAll(() => api?.stop());

/** What a call that must fail throws. */
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => Promise.reject(new Error('It was not refused.')),
    (error: unknown) => error as ProblemError,
  );

test('makes, reads, changes and deletes', async () => {
  const agent = await client.createAgent(agentBody({ name: 'Ada' }));
  expect(await client.getAgent({ agentId: agent.id })).toEqual(agent);
  const renamed = await client.editAgent({ agentId: agent.id }, { name: 'Bea' }, { revision: agent.revision });
  expect([renamed.name, renamed.revision]).toEqual(['Bea', agent.revision + 1]);
  const { open } = await client.getAgentAvailability({ agentId: agent.id, at: '2026-11-30T09:00:00Z' });
  expect(open).toBe(true);
  expect(await client.deleteAgent({ agentId: agent.id })).toBeUndefined();
});

test('a change for a revision that has passed is refused', async () => {
  const agent = await client.createAgent(agentBody());
  await client.editAgent({ agentId: agent.id }, { name: 'Bea' });
  const error = await refusal(client.editAgent({ agentId: agent.id }, { name: 'Cy' }, { revision: agent.revision }));
  expect(error).toMatchObject({ status: 412, code: 'precondition_failed' });
});

test('a creation with the same idempotency key is one', async () => {
  const idempotencyKey = randomUUID();
  const one = await client.createAgent(agentBody(), { idempotencyKey });
  const again = await client.createAgent(agentBody(), { idempotencyKey });
  const another = await client.createAgent(agentBody());
  expect([again.id === one.id, another.id === one.id]).toEqual([true, false]);
});

test('a problem is an error that says what is wrong', async () => {
  const error = await refusal(client.createAgent({ ...agentBody(), name: '' }));
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({
    status: 422,
    code: 'validation_failed',
    errors: [{ path: 'name', code: 'blank' }],
    requestId: expect.any(String),
  });
  expect(error.message).toContain('"name" must not be blank');
  const strangers = createFollowupsClient({ baseUrl: api.url, apiKey: 'fup_unknown' });
  expect(await refusal(strangers.listAgents())).toMatchObject({ status: 401, code: 'unauthorized' });
});

test('goes through a list page by page, each thing once', async () => {
  const agent = await client.createAgent(agentBody());
  const made: string[] = [];
  for (let i = 0; i < 5; i += 1) made.unshift((await client.createChannel(channelBody(agent.id) as never)).id);
  const seen: string[] = [];
  for await (const channel of every(client.listChannels, { agentId: agent.id, limit: 2 })) seen.push(channel.id);
  expect(seen).toEqual(made);
  const one = (await every(client.listChannels, { agentId: agent.id }).next()).value;
  expect(one).toMatchObject({ id: made[0] });
});

test('reports messages and ends, with a time of its own', async () => {
  const agent = await client.createAgent(agentBody());
  const { id: channelId } = await client.createChannel(channelBody(agent.id) as never);
  const of = { channelId, conversationId: 'visitor@example.com' };
  const beforeMs = Date.now();
  const accepted = await client.reportMessage(of, { id: 'm-1', from: 'user' });
  expect(accepted).toEqual({
    accepted: true,
    conversationId: 'visitor@example.com',
    workflowId: `session/${channelId}/visitor@example.com`,
  });
  await client.reportMessage(of, { id: 'm-2', from: 'agent', at: '2099-01-01T00:00:00Z' }).catch(() => {});
  await client.endConversation(of);
  await client.endConversation(of, { outcome: 'resolved' });
  const [message] = api.sessions.messages;
  expect(Date.parse(message?.event.at ?? '')).toBeGreaterThanOrEqual(beforeMs);
  expect(api.sessions.messages).toHaveLength(1);
  expect(api.sessions.ends.map(({ event }) => event.outcome)).toEqual([undefined, 'resolved']);
});

test('an id that is missing is said before anything is sent', async () => {
  await expect(client.getAgent({ agentId: '' })).rejects.toThrow('needs "agentId"');
});
