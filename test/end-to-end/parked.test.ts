import { temporal } from '@temporalio/proto';
import { eventually } from '../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

const { EventType } = temporal.api.enums.v1;
const hourSeconds = 3_600;

describe('parked sessions', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ parkMs: 15 * 60_000 });
  });
  afterAll(() => stack?.stop());

  const newestRun = async (workflowId: string) => {
    const { history } = await stack.client.workflowService.getWorkflowExecutionHistory({
      namespace: stack.namespace,
      execution: { workflowId },
    });
    return history?.events ?? [];
  };
  const hasTask = (events: Awaited<ReturnType<typeof newestRun>>) =>
    events.some(({ eventType }) => eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
  /** The run that is parked now. */
  const parkedRun = (workflowId: string) =>
    eventually('a parked run', async () => {
      const events = await newestRun(workflowId);
      const isContinued = Boolean(events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId);
      return isContinued && !hasTask(events) && events;
    });

  it('keep messages at one event each, and tell of them without being woken', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: hourSeconds });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const before = await parkedRun(chat.workflowId);
    for (let turn = 0; turn < 10; turn++) {
      await chat.says('user');
      await chat.says('agent');
    }
    expect(await newestRun(chat.workflowId)).toHaveLength(before.length + 20);

    const armed = await chat.session();
    expect(armed).toMatchObject({ status: 'open', armed: true, followups: [{ followupId, status: 'waiting' }] });
    const anchorMs = Date.parse(armed.lastAgentMessageAt);
    expect(Date.parse(armed.followups[0].sendAt)).toBe(anchorMs + hourSeconds * 1_000);
    await chat.says('user');
    expect(await chat.session()).toMatchObject({
      armed: false,
      followups: [{ status: 'skipped', reason: 'user_replied' }],
    });
    // It was told from the history alone.
    expect(hasTask(await newestRun(chat.workflowId))).toBe(false);
  });

  it('send once, at the due time, to who stays silent, and nothing to who replied meanwhile', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 4 });
    const [silent, replying] = [conversation(stack, channelId), conversation(stack, channelId)];
    await Promise.all([silent.says('agent'), replying.says('agent')]);
    await parkedRun(replying.workflowId);
    await replying.says('user');
    await silent.delivered(1);
    await silent.sent(1);
    expect(replying.received()).toEqual([]);
    expect(silent.received()).toHaveLength(1);
    expect(await replying.session()).toMatchObject({ followups: [{ status: 'skipped', reason: 'user_replied' }] });
  });

  it('move with each agent message, and follow a shorter delay that comes back to life', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 4 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await parkedRun(chat.workflowId);
    await chat.says('user');
    await chat.says('agent');
    const [request] = await chat.delivered(1);
    const { lastAgentMessageAt } = await chat.sent(1);
    expect(request?.atMs).toBeGreaterThanOrEqual(Date.parse(lastAgentMessageAt) + 4_000);
    expect(chat.received()).toHaveLength(1);
  });

  it('end as they are told, and what was said after the end opens the next session', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 6 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await parkedRun(chat.workflowId);
    const endedAt = new Date();
    await chat.end({ at: endedAt.toISOString(), outcome: 'resolved' });
    await chat.says('agent', { at: new Date(endedAt.getTime() + 1).toISOString() });
    const sessions = await eventually('two sessions', async () => {
      const known = await chat.sessions();
      return known.length === 2 && known;
    });
    expect(sessions[1]).toMatchObject({ status: 'ended', endedBy: 'gateway', outcome: 'resolved' });
    expect(sessions[1].endedAt).toBe(endedAt.toISOString());
    const [request] = await chat.delivered(1);
    expect(request?.data.sessionId).toBe(sessions[0].id);
    expect(chat.received()).toHaveLength(1);
  });

  it('are woken by the end, and ask how it was without delay', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: hourSeconds });
    const survey = await makeFollowup(stack, channelId, {
      trigger: 'conversation_over',
      delaySeconds: 2,
      surveyType: 'csat',
    });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const [started] = await parkedRun(chat.workflowId);
    // Neither the survey's short delay nor anything else wakes it before.
    const { firstWorkflowTaskBackoff } = started?.workflowExecutionStartedEventAttributes ?? {};
    expect(Number(firstWorkflowTaskBackoff?.seconds)).toBeGreaterThan(890);
    await chat.end({ outcome: 'resolved' });
    const [request] = await chat.delivered(1);
    expect(request?.data.followupId).toBe(survey);
  });

  it('find nothing due when something wakes them early, and wait awake for what they would oversleep', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 6 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const [started] = await parkedRun(chat.workflowId);
    // A gateway that starts with each signal.
    await stack.client.workflow.signalWithStart('conversationSession', {
      workflowId: chat.workflowId,
      taskQueue: stack.taskQueue,
      signal: 'message',
      signalArgs: [{ id: 'early', from: 'user', at: new Date().toISOString() }],
    });
    await eventually('a run that is awake', async () => hasTask(await newestRun(chat.workflowId)));
    await stack.expect(200, 'PATCH', `/v1/followups/${followupId}`, { delaySeconds: 2 });
    await chat.says('agent');
    await chat.sent(1);
    // The run that was woken has sent it, before the time that it was parked for.
    const [sender] = await newestRun(chat.workflowId);
    const runOf = (event: typeof started) => event?.workflowExecutionStartedEventAttributes?.originalExecutionRunId;
    expect(runOf(sender)).toBe(runOf(started));
    expect(chat.received()).toHaveLength(1);
  });
});
