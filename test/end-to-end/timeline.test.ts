import { eventually } from '../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

describe('the timeline of a session', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  type Item = { kind: string; from?: string; followupId?: string; outcome?: string };
  const timeline = (sessionId: string): Promise<{ items: Item[]; complete: boolean }> =>
    stack.expect(200, 'GET', `/v1/sessions/${sessionId}/timeline`);
  const words = ({ items }: { items: Item[] }) => items.map(({ kind, from }) => (from ? `${kind} ${from}` : kind));

  it('tells the messages, the send and the response of each session of a workflow', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('user', { id: 'm-1' });
    await chat.says('agent', { id: 'm-2' });
    const session = await chat.sent(1);
    // The same message again, and the echo of the followup, are no messages.
    await chat.says('user', { id: 'm-1' });
    await chat.says('agent', { deliveryId: chat.received()[0]?.webhookId });
    await chat.says('user', { id: 'm-3' });

    const open = await eventually('the response', async () => {
      const told = await timeline(session.id);
      return words(told).includes('response') && told;
    });
    expect(open.complete).toBe(true);
    expect(words(open)).toEqual([
      ...['opened', 'message user', 'message agent', 'anchor', 'attempt', 'sent', 'message user', 'response'],
    ]);
    expect(open.items).toContainEqual(expect.objectContaining({ kind: 'attempt', followupId, outcome: 'sent' }));

    // An end that comes late: the next session is handed a message that the run of this one received.
    const endedAt = new Date(Date.now() - 1).toISOString();
    await chat.says('agent', { id: 'm-4' });
    await chat.end({ at: endedAt, outcome: 'resolved' });
    const next = await eventually('the next session', async () => {
      const { status, body } = await stack.call('GET', `/v1/channels/${channelId}/conversations/${chat.id}/session`);
      return status === 200 && body.id !== session.id && body;
    });
    const { sql } = stack.database;
    const chains = await sql`select distinct first_run_id from sessions where conversation_id = ${chat.id}`;
    expect(chains).toHaveLength(1);
    const ended = await timeline(session.id);
    expect([words(ended), ended.complete]).toEqual([[...words(open), 'ended'], true]);
    const later = await timeline(next.id);
    expect([words(later).slice(0, 3), later.complete]).toEqual([['opened', 'message agent', 'anchor'], true]);
    expect(words(later)).not.toContain('message user');
  });

  it('is told without messages once the history is gone', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const session = await chat.sent(1);
    await chat.end();
    await chat.closed();
    await stack.client.workflowService.deleteWorkflowExecution({
      namespace: stack.namespace,
      workflowExecution: { workflowId: chat.workflowId },
    });
    const told = await eventually(
      'the timeline without messages',
      async () => {
        const read = await timeline(session.id);
        return !read.complete && read;
      },
      90_000,
    );
    expect(words(told)).toEqual(['opened', 'attempt', 'sent', 'ended']);
    expect(told.items[1]).toMatchObject({ followupId });
  }, 120_000);
});
