import { answer200 } from '../../support/gateway';
import { conversation, makeChannel, makeFollowup } from '../../support/scenario';
import { type Stack, startStack } from '../../support/stack';
import { told } from '../../support/told';

describe('sessions, and what is spent', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());
  afterEach(() => {
    stack.gateway.answer = answer200;
  });

  it('an explicit end drops what waits, and runs those for the end then, from the last agent message', async () => {
    const { channelId } = await makeChannel(stack);
    const ordinary = await makeFollowup(stack, channelId, { delaySeconds: 600 });
    const survey = await makeFollowup(stack, channelId, { delaySeconds: 5, trigger: 'conversation_over' });
    const chat = conversation(stack, channelId);
    await chat.says('user');
    await chat.says('agent');
    await told(chat, survey, { status: 'skipped', reason: 'not_armed' });
    await chat.end({ outcome: 'resolved' });
    const [request] = await chat.delivered(1);
    expect(request?.data.followupId).toBe(survey);
    await chat.closed();
    const { endedBy, outcome, followups } = await chat.session();
    expect([endedBy, outcome]).toEqual(['gateway', 'resolved']);
    expect(followups.find((each: { followupId: string }) => each.followupId === ordinary)).toMatchObject({
      status: 'skipped',
      reason: 'session_ended',
    });
  });

  it('awaiting nobody: the conversation is over, and a user message disarms that too', async () => {
    const { channelId } = await makeChannel(stack);
    const ordinary = await makeFollowup(stack, channelId, { delaySeconds: 2 });
    const survey = await makeFollowup(stack, channelId, { delaySeconds: 3, trigger: 'conversation_over' });
    const silent = conversation(stack, channelId);
    const back = conversation(stack, channelId);
    await back.says('agent', { awaiting: 'nobody' });
    await back.says('user');
    await silent.says('agent', { awaiting: 'nobody' });
    await told(silent, ordinary, { status: 'skipped', reason: 'reply_not_expected' });
    const [request] = await silent.delivered(1);
    expect(request?.data.followupId).toBe(survey);
    await told(back, survey, { reason: 'user_replied' });
    expect(back.received()).toEqual([]);
  });

  it('awaiting an operator: nobody is nudged, neither in the silence nor for the end', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 1 });
    const chat = conversation(stack, channelId);
    await chat.says('agent', { awaiting: 'operator' });
    await told(chat, followupId, { status: 'skipped', reason: 'reply_not_expected' });
    await chat.says('agent', { awaiting: 'user' });
    await chat.delivered(1);
  });

  it('a rule that is longer than the idle time works: the session waits for it', async () => {
    const { channelId } = await makeChannel(stack, { channel: { sessionIdleSeconds: 1 } });
    await makeFollowup(stack, channelId, { delaySeconds: 4 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.delivered(1);
    await chat.closed();
    expect(await chat.sessions()).toHaveLength(1);
  });

  it('a message after the idle boundary opens the next session, even if something of the old one still waited', async () => {
    const { channelId } = await makeChannel(stack, { channel: { sessionIdleSeconds: 60 } });
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 600 });
    const chat = conversation(stack, channelId);
    await chat.says('agent', { at: new Date(Date.now() - 90_000).toISOString() });
    await told(chat, followupId, { status: 'waiting' });
    await chat.says('user');
    await told(chat, followupId, { reason: 'not_armed' });
    const [next, dropped] = await chat.sessions();
    expect(next).toMatchObject({ status: 'open' });
    expect(dropped).toMatchObject({
      status: 'ended',
      endedBy: 'idle',
      followups: [{ followupId, status: 'skipped', reason: 'session_ended' }],
    });
  });

  it('what was skipped before an attempt is not spent; what was sent is', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 2 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.says('user');
    await told(chat, followupId, { status: 'skipped', reason: 'user_replied' });
    await chat.says('agent');
    await chat.delivered(1);
    await told(chat, followupId, { status: 'sent' });
    const second = await makeFollowup(stack, channelId, { delaySeconds: 2 });
    await chat.says('user');
    await chat.says('agent');
    await chat.delivered(2);
    expect(chat.received().map(({ data }) => data.followupId)).toEqual([followupId, second]);
  });

  it('refused by the gateway as a message: spent', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 1 });
    const chat = conversation(stack, channelId);
    stack.gateway.answer = (_, response) => void response.writeHead(422).end();
    await chat.says('agent');
    await told(chat, followupId, { status: 'failed', reason: 'gateway_rejected' });
    stack.gateway.answer = answer200;
    const second = await makeFollowup(stack, channelId, { delaySeconds: 2 });
    await chat.says('agent');
    await told(chat, second, { status: 'sent' });
    expect(chat.received().map(({ data }) => data.followupId)).toEqual([followupId, second]);
  });

  it('the answer is lost and the user replies before a repeat: unknown, not skipped, and spent', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 1 });
    const chat = conversation(stack, channelId);
    stack.gateway.answer = async (_, response) => {
      // Acknowledged before the answer is lost, so before any repeat.
      await chat.says('user');
      response.socket?.destroy();
    };
    await chat.says('agent');
    await told(chat, followupId, { status: 'unknown', reason: 'unknown' });
    stack.gateway.answer = answer200;
    const second = await makeFollowup(stack, channelId, { delaySeconds: 2 });
    await chat.says('agent');
    await told(chat, second, { status: 'sent' });
    expect(chat.received().map(({ data }) => data.followupId)).toEqual([followupId, second]);
  });
});
