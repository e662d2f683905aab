import { randomUUID } from 'node:crypto';
import { toEvent } from '../../../src/api/message-events';
import { createSessionGateway } from '../../../src/temporal/session-client';
import { eventually } from '../../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../../support/scenario';
import { type Stack, startStack } from '../../support/stack';

const minuteMs = 60_000;

describe('APIs whose clocks are minutes apart', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ worker: false });
  });
  afterAll(() => stack?.stop());

  /** Reports a message as an API does whose clock is off by so much. */
  async function saysByClock(
    chat: ReturnType<typeof conversation>,
    { agentId, channelId }: { agentId: string; channelId: string },
    from: 'agent' | 'user' | 'operator',
    offMs: number,
    more: object = {},
  ): Promise<void> {
    const event = toEvent({ id: randomUUID(), from, ...more }, Date.now() + offMs);
    const target = { channelId, agentId, conversationId: chat.id, workflowId: chat.workflowId };
    await createSessionGateway(stack).signalMessage({ ...target, event });
  }

  /** Waits until one of later is sent: the others would have been before it. */
  async function whenOthersAreSent(channelId: string): Promise<void> {
    const silent = conversation(stack, channelId);
    await silent.says('agent');
    await silent.delivered(1, 30_000);
  }

  const saysThat = (chat: ReturnType<typeof conversation>, status: string, reason: string) =>
    eventually(`${status}, ${reason}`, async () => {
      const [followup] = (await chat.session()).followups;
      return followup?.status === status && followup.reason === reason && followup;
    });

  it('send nothing after a reply that one of them takes, and everything once the agent has spoken again', async () => {
    const worker = await stack.startWorker();
    const made = await makeChannel(stack);
    await makeFollowup(stack, made.channelId, { delaySeconds: 5 });
    const [byUser, byGateway, byOperator] = [0, 1, 2].map(() => conversation(stack, made.channelId)) as [
      ReturnType<typeof conversation>,
      ReturnType<typeof conversation>,
      ReturnType<typeof conversation>,
    ];
    const chats = [byUser, byGateway, byOperator];
    await Promise.all(chats.map((chat) => chat.says('agent')));
    await saysByClock(byUser, made, 'user', -3 * minuteMs);
    await saysByClock(byGateway, made, 'user', -3 * minuteMs, { at: new Date().toISOString() });
    await saysByClock(byOperator, made, 'operator', -60 * minuteMs);
    await whenOthersAreSent(made.channelId);
    expect(chats.flatMap((chat) => chat.received())).toEqual([]);
    await saysThat(byUser, 'skipped', 'user_replied');
    await saysThat(byGateway, 'skipped', 'user_replied');
    await saysThat(byOperator, 'skipped', 'operator_active');

    await Promise.all(chats.map((chat) => chat.says('agent')));
    for (const chat of chats) await chat.delivered(1);
    await worker.stop();
  });

  it('send nothing where the agent was reported by one that is ahead, while no worker ran', async () => {
    const made = await makeChannel(stack);
    await makeFollowup(stack, made.channelId, { delaySeconds: 5 });
    const chat = conversation(stack, made.channelId);
    const aheadMs = 1_500;
    await saysByClock(chat, made, 'agent', aheadMs);
    const agentSaidMs = Date.now() + aheadMs;
    await chat.says('user');
    // Nothing brings the time of the agent's message back to now.
    await eventually('the time of that API', async () => Date.now() > agentSaidMs);
    const worker = await stack.startWorker();
    await saysThat(chat, 'skipped', 'user_replied');
    await whenOthersAreSent(made.channelId);
    expect(chat.received()).toEqual([]);
    await worker.stop();
  });

  it('send nothing where another worker goes on with the session', async () => {
    const worker = await stack.startWorker();
    const made = await makeChannel(stack);
    await makeFollowup(stack, made.channelId, { delaySeconds: 5 });
    const chat = conversation(stack, made.channelId);
    await chat.says('agent');
    await saysThat(chat, 'waiting', 'waiting');
    await worker.stop();
    await saysByClock(chat, made, 'user', -3 * minuteMs);
    // It replays from the beginning.
    const other = await stack.startWorker();
    await saysThat(chat, 'skipped', 'user_replied');
    await whenOthersAreSent(made.channelId);
    expect(chat.received()).toEqual([]);
    await other.stop();
  });
});
