import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

describe('the main job', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  it('sends a followup once, signed, after the delay', async () => {
    const { channelId, agentId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('user');
    await chat.says('agent');
    const waiting = await chat.session();
    expect(waiting).toMatchObject({ status: 'open', armed: true, followups: [{ followupId, status: 'waiting' }] });

    const [request] = await chat.delivered(1);
    expect(request).toMatchObject({
      verified: true,
      webhookId: request?.data.deliveryId,
      data: { followupId, channelId, agentId, message: 'Is there anything else I can help with?', test: false },
    });
    await chat.end();
    await chat.closed();
    expect(chat.received()).toHaveLength(1);
    const [ended] = await chat.sessions();
    expect(ended).toMatchObject({
      status: 'ended',
      endedBy: 'gateway',
      followups: [{ followupId, status: 'sent', reason: 'sent' }],
    });
    const { items } = await stack.expect(200, 'GET', `/v1/deliveries?conversationId=${chat.id}`);
    expect(items).toMatchObject([{ status: 'sent', attempts: [{ outcome: 'sent', httpStatus: 200 }] }]);
  });
});
