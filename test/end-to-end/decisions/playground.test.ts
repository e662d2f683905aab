import { eventually } from '../../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../../support/scenario';
import { type Stack, startStack } from '../../support/stack';
import { told } from '../../support/told';

describe('decisions on a playground', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  /** Open on one day, next week: closed now. */
  const closedNow = () => {
    const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
    const exceptions = [{ date: day, hours: [{ from: '09:00', to: '17:00' }] }];
    return { timeZone: 'UTC', availability: { mode: 'hours', weekly: [], exceptions } };
  };

  it('where hours are ignored, a closed agent sends at once, and it is explained so', async () => {
    const channel = { playground: true, ignoreAvailability: true };
    const { agentId, channelId } = await makeChannel(stack, { identity: closedNow(), channel });
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 3 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const waiting = await told(chat, followupId, { status: 'waiting' });
    expect(waiting.explanation).not.toContain('available again');
    expect(waiting.sendAt).toBe(waiting.dueAt);
    await chat.sent(1);
    const { followups } = await stack.expect(200, 'GET', `/v1/agents/${agentId}/stats`);
    expect(followups).toMatchObject([{ followupId, sent: 0 }]);
  });

  it('switching it on lets go what is queued, and off again the next one waits', async () => {
    const { agentId, channelId } = await makeChannel(stack, { identity: closedNow(), channel: { playground: true } });
    const followupId = await makeFollowup(stack, channelId);
    const ignore = (ignoreAvailability: boolean) =>
      stack.expect(200, 'PATCH', `/v1/channels/${channelId}`, { ignoreAvailability });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await told(chat, followupId, { status: 'queued', reason: 'queued' });
    // The row is written after the session knows.
    await eventually('the queued row', async () => {
      const { queued } = await stack.expect(200, 'GET', `/v1/agents/${agentId}/queued`);
      return queued === 1;
    });
    await ignore(true);
    await chat.sent(1);
    expect(await stack.expect(200, 'GET', `/v1/followups/${followupId}/queued`)).toEqual({ queued: 0 });

    await ignore(false);
    const other = conversation(stack, channelId);
    await other.says('agent');
    await told(other, followupId, { status: 'queued', reason: 'queued' });
  });
});
