import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { findTemporalBinary } from '../../src/embedded/temporal-binary';
import { eventually } from '../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

const run = promisify(execFile);
/** `WorkflowTaskFailedCause.UNHANDLED_COMMAND` of Temporal's API. */
const unhandledCommand = 1;
const json = (value: unknown) => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
});

describe('a gateway that speaks Temporal', () => {
  let stack: Stack;
  let temporal: string;
  beforeAll(async () => {
    stack = await startStack();
    const cliPath = process.env.TEMPORAL_CLI_PATH || null;
    temporal = (await findTemporalBinary({ cliPath, env: process.env, say: () => {} })).path;
  });
  afterAll(() => stack?.stop());

  const signal = (workflowId: string, signalName: string, payloads: object[]) =>
    stack.client.workflowService.signalWithStartWorkflowExecution({
      namespace: stack.namespace,
      workflowId,
      workflowType: { name: 'conversationSession' },
      taskQueue: { name: stack.taskQueue },
      requestId: randomUUID(),
      signalName,
      signalInput: { payloads },
    });
  const message = (from: string, more: object = {}) =>
    json({ id: randomUUID(), from, at: new Date().toISOString(), ...more });

  it('signals from another language (the CLI, in Go) and has its followup sent', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    const event = { id: 'm-1', from: 'agent', at: new Date().toISOString() };
    await run(temporal, [
      ...['workflow', 'signal-with-start', '--address', process.env.TEST_TEMPORAL_ADDRESS ?? ''],
      ...['--workflow-id', chat.workflowId, '--type', 'conversationSession', '--task-queue', stack.taskQueue],
      ...['--signal-name', 'message', '--signal-input', JSON.stringify(event)],
    ]);
    const [request] = await chat.delivered(1);
    expect(request).toMatchObject({ verified: true, data: { followupId, anchorAt: event.at } });
    const { typedSearchAttributes } = await stack.client.workflow.getHandle(chat.workflowId).describe();
    expect(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value])).toEqual(
      expect.arrayContaining([
        ['FollowupsChannelId', channelId],
        ['FollowupsConversationId', chat.id],
      ]),
    );
  });

  it('sets every bad payload aside, counts it, and goes on', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 2 });
    const chat = conversation(stack, channelId);
    const bad: [string, object[]][] = [
      ['message', [json({ id: 'x', from: 'nobody', at: new Date().toISOString() })]],
      ['message', [json({ id: 'x', from: 'user', at: 'yesterday' })]],
      ['message', [json({ id: 'x', from: 'user', at: new Date().toISOString(), text: 'not wanted' })]],
      ['message', [json('text')]],
      ['message', [json(null)]],
      ['message', []],
      ['message', [{ metadata: { encoding: Buffer.from('binary/foo') }, data: Buffer.from([1, 2, 3]) }]],
      ['message', [{ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"id":') }]],
      ['message', [{ data: Buffer.from('{}') }]],
      ['message', [{ metadata: { encoding: Buffer.from('json/protobuf') }, data: Buffer.from('{}') }]],
      ['end', [json({ at: 1 })]],
      ['planChanged', [json({ revision: 'new' })]],
      ['massage', [json({})]],
      ['__temporal_x', [json({})]],
    ];
    for (const [name, payloads] of bad) await signal(chat.workflowId, name, payloads);
    await signal(chat.workflowId, 'message', [message('agent')]);
    // Well formed, but of no revision that there is: looked for once, and not for ever.
    await signal(chat.workflowId, 'planChanged', [json({ revision: 999_999 })]);
    for (const [name, payloads] of bad) await signal(chat.workflowId, name, payloads);
    await eventually('the count', async () => {
      const { setAside } = await chat.session();
      // Those of before the first message may have started, and ended, runs without a session.
      return setAside >= bad.length && setAside;
    });
    await chat.delivered(1);
    const { status } = await stack.client.workflow.getHandle(chat.workflowId).describe();
    expect(status.name).toBe('RUNNING');
    const { events } = await stack.client.workflow.getHandle(chat.workflowId).fetchHistory();
    // A workflow that was about to return when the next signal came looks again: that is no failure of its code.
    const failures = events?.flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
      failed ? [String(failed.cause)] : [],
    );
    expect(failures?.filter((cause) => cause !== String(unhandledCommand))).toEqual([]);
  });

  it('opens no session for an unknown channel, and says so', async () => {
    const workflowId = `session/ch_${'0'.repeat(32)}/c-1`;
    await signal(workflowId, 'message', [message('agent')]);
    const handle = stack.client.workflow.getHandle(workflowId);
    expect(await handle.result()).toEqual({ result: 'unknown_channel' });
    const other = 'session/nonsense';
    await signal(other, 'message', [message('agent')]);
    expect(await stack.client.workflow.getHandle(other).result()).toEqual({ result: 'unknown_channel' });
  });

  it('clamps what claims to be of the future', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await signal(chat.workflowId, 'message', [message('agent', { at: '2126-01-01T00:00:00Z' })]);
    const [request] = await chat.delivered(1);
    expect(Date.parse(String(request?.data.anchorAt))).toBeLessThanOrEqual(Date.now());
  });

  it('ends the session of a workflow that an operator cancels', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 60 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.session();
    await stack.client.workflow.getHandle(chat.workflowId).cancel();
    await chat.closed();
    expect(await chat.sessions()).toMatchObject([{ status: 'ended', endedBy: 'operator' }]);
  });

  it('finds the session of a workflow that an operator terminated, and opens the next one', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.session();
    await stack.client.workflow.getHandle(chat.workflowId).terminate();
    await chat.says('agent');
    await chat.delivered(1);
    expect(await chat.sessions()).toMatchObject([{ status: 'open' }, { status: 'ended', endedBy: 'operator' }]);
  });

  it('sends nothing twice when an operator resets the workflow to its beginning', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.delivered(1);
    await eventually('the send to be noted', async () => (await chat.session()).followups[0].status === 'sent');
    const { id } = await chat.session();
    const { runId } = await stack.client.workflow.getHandle(chat.workflowId).describe();
    const reset = await stack.client.workflowService.resetWorkflowExecution({
      namespace: stack.namespace,
      workflowExecution: { workflowId: chat.workflowId, runId },
      workflowTaskFinishEventId: 4 as never,
      requestId: randomUUID(),
      reason: 'test',
    });
    // The run that begins anew finds the session's row, and in the delivery's row that it was sent.
    const again = await eventually('the session of the new run', async () => {
      const explained = await chat.session();
      return explained.temporal.runId === reset.runId && explained.followups[0]?.status === 'sent' && explained;
    });
    expect(again.id).toBe(id);
    expect(chat.received()).toHaveLength(1);
    expect(await chat.sessions()).toHaveLength(1);
  });
});
