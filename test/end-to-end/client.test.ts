import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFollowupsClient, createGatewayHandler, type FollowupSend, rememberInMemory } from '../../client/src';
import { followupSend } from '../../src/api/schemas/webhooks';
import { eventually } from '../support/eventually';
import { type Stack, startStack } from '../support/stack';

let stack: Stack;
let server: Server;
beforeAll(async () => {
  stack = await startStack();
}, 60_000);
afterAll(async () => {
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  await stack?.stop();
});

/** An endpoint such as a gateway has: the client's handler behind a real HTTP server. */
async function listen(handle: ReturnType<typeof createGatewayHandler>): Promise<string> {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
    const answer = await handle(request.headers, body);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/followups`;
}

test('a gateway made of the client alone: reports, is sent the followup, delivers it, and finds it in the history', async () => {
  const client = createFollowupsClient({ baseUrl: stack.baseUrl, apiKey: stack.adminKey });
  const received: FollowupSend[] = [];
  const secrets: string[] = [];
  const url = await listen(
    createGatewayHandler({
      secrets,
      delivered: rememberInMemory(),
      deliver: async (event) => {
        received.push(event);
        return { messageId: 'wamid.1' };
      },
    }),
  );
  const agent = await client.createAgent({ name: 'Ada', identity: { timeZone: 'Europe/Madrid' } });
  const channel = await client.createChannel({ agentId: agent.id, name: 'Web', endpoint: { url } });
  secrets.push(channel.signingSecret ?? '');
  const followup = await client.createFollowup({
    title: 'Still there?',
    message: 'Are you still there?',
    delaySeconds: 1,
    channelIds: [channel.id],
  });

  const here = { channelId: channel.id, conversationId: 'visitor-1' };
  await client.reportMessage(here, { id: randomUUID(), from: 'user' });
  await client.reportMessage(here, { id: randomUUID(), from: 'agent' });

  const event = await eventually('the followup', () => received[0]);
  expect(event.data).toMatchObject({ ...here, agentId: agent.id, followupId: followup.id, test: false });
  // What is sent is what the document says, field by field.
  const documented = { ...followupSend.shape.data.shape };
  expect(followupSend.safeParse(event).error).toBeUndefined();
  expect(Object.keys(event.data).sort()).toEqual(Object.keys(documented).sort());
  expect(Object.keys(event).sort()).toEqual(Object.keys(followupSend.shape).sort());

  const { deliveryId } = event.data;
  const delivery = await eventually('the delivery', async () => {
    const found = await client.getDelivery({ deliveryId });
    return found.status === 'sent' && found;
  });
  expect([delivery.gatewayMessageId, delivery.message]).toEqual(['wamid.1', 'Are you still there?']);
  const session = await client.getConversationSession(here);
  expect(session.followups).toMatchObject([{ followupId: followup.id, status: 'sent', reason: 'sent' }]);
});
