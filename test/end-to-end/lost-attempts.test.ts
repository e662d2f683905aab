import { createWebhookSender, type WebhookSender } from '../../src/gateway/send-webhook';
import { eventually } from '../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

/** A worker that says nothing for longer than its session waits for it. */
describe('an attempt that is lost before it begins', () => {
  let stack: Stack;
  /** Lets the attempts go on that stand still before their question. */
  let release = () => {};
  let stalled: Promise<void> | null = null;
  const mayWrite: boolean[] = [];
  const gateway = createWebhookSender({ egressAllow: ['127.0.0.0/8'] });
  const webhooks: WebhookSender = {
    async send(request) {
      const stall = stalled;
      if (stall === null) return gateway.send(request);
      await stall;
      mayWrite.push((await request.beforeWrite?.()) ?? true);
      return { kind: 'withheld' };
    },
  };
  beforeAll(async () => {
    stack = await startStack({ webhooks });
  });
  afterAll(() => {
    release();
    return stack?.stop();
  });

  it('is not taken for one that may have reached the user: the next silence gets the followup', async () => {
    const { channelId } = await makeChannel(stack, { channel: { ambiguousSend: 'never_repeat' } });
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    const attempts = async () => {
      const { items } = await stack.expect(200, 'GET', `/v1/deliveries?conversationId=${chat.id}`);
      return items[0]?.attempts ?? [];
    };
    stalled = new Promise((resolve) => {
      release = resolve;
    });
    await chat.says('agent');
    await eventually('the claim', async () => (await attempts()).length === 1);
    stalled = null;
    // While nobody knows of the attempt, its silence ends.
    await chat.says('agent');
    const { followups } = await eventually(
      'the send',
      async () => {
        const session = await chat.session();
        return session.followups[0].status === 'sent' && session;
      },
      60_000,
    );
    expect(followups).toMatchObject([{ status: 'sent' }]);
    expect(await attempts()).toMatchObject([{ outcome: 'withheld' }, { outcome: 'sent' }]);

    // It was slow, not gone: what it claimed was closed meanwhile.
    release();
    await eventually('the late attempt', () => mayWrite.length === 1);
    expect(mayWrite).toEqual([false]);
    expect(chat.received()).toHaveLength(1);
  }, 120_000);
});
