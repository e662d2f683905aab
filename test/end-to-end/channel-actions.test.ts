import { Webhook } from 'standardwebhooks';
import { eventually } from '../support/eventually';
import { answer200 } from '../support/gateway';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

test('a channel that was paused by 410 is resumed: what it held goes out at once', async () => {
  const { channelId } = await makeChannel(stack);
  await makeFollowup(stack, channelId);
  stack.gateway.answer = (_request, response) => {
    response.writeHead(410);
    response.end();
  };
  await conversation(stack, channelId).says('agent');
  const health = () => stack.expect(200, 'GET', `/v1/channels/${channelId}/health`);
  await eventually('the pause', async () => (await health()).status === 'paused');
  stack.gateway.answer = answer200;

  const held = conversation(stack, channelId);
  await held.says('agent');
  await eventually('the hold', async () => (await held.session()).followups[0].reason === 'channel_paused');
  expect(held.received()).toEqual([]);
  await stack.expect(200, 'POST', `/v1/channels/${channelId}/resume`);
  await held.delivered(1);
  await eventually('good health', async () => {
    const { status, lastSuccessAt } = await health();
    return status === 'ok' && lastSuccessAt !== null;
  });
});

test('after a rotation a followup is signed with the new secret and the one before', async () => {
  const { channelId } = await makeChannel(stack);
  const before = stack.gateway.secret ?? '';
  const { signingSecret } = await stack.expect(200, 'POST', `/v1/channels/${channelId}/rotate-secret`);
  const signatures: Record<string, string>[] = [];
  stack.gateway.answer = (request, response, incoming) => {
    signatures.push(incoming.headers as Record<string, string>);
    return answer200(request, response, incoming);
  };
  await makeFollowup(stack, channelId);
  const chat = conversation(stack, channelId);
  await chat.says('agent');
  const [request] = await chat.delivered(1);
  for (const secret of [signingSecret, before]) {
    new Webhook(secret).verify(request?.body ?? '', signatures[0] ?? {});
  }
});
