import { randomUUID } from 'node:crypto';
import type { TemporalServer } from '../../src/embedded/temporal-server';
import { eventually } from '../support/eventually';
import { answer200 } from '../support/gateway';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { startShortRunsServer } from '../support/short-runs-server';
import { type Stack, startStack } from '../support/stack';
import { temporaryFolder } from '../support/temporary-folder';

const dataDir = temporaryFolder();

describe('a session that is too long for one run', () => {
  let server: TemporalServer;
  let stack: Stack;
  beforeAll(async () => {
    server = await startShortRunsServer(dataDir);
    stack = await startStack({ temporalAddress: server.address });
  });
  afterAll(async () => {
    await stack?.stop();
    await server?.stop();
  });

  const runsOf = async (workflowId: string) => {
    const runs = [];
    for await (const run of stack.client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) runs.push(run);
    return runs;
  };

  it('continues as new and carries everything over: nothing lost, nothing twice', async () => {
    const { channelId } = await makeChannel(stack);
    const early = await makeFollowup(stack, channelId, { title: 'Early', delaySeconds: 1 });
    const late = await makeFollowup(stack, channelId, { title: 'Late', delaySeconds: 4 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.delivered(1);
    const messages = 120;
    for (let sent = 0; sent < messages; sent++) await chat.says(sent % 2 === 0 ? 'user' : 'agent');
    const at = new Date().toISOString();
    await chat.says('agent', { at });
    const requests = await chat.delivered(2);
    expect(requests.map(({ data }) => data.followupId)).toEqual([early, late]);
    const session = await chat.session();
    expect(session).toMatchObject({ lastAgentMessageAt: at, setAside: 0 });
    expect(await chat.sessions()).toHaveLength(1);
    const runs = await eventually('the runs to be listed', async () => {
      const known = await runsOf(chat.workflowId);
      return known.length > 2 && known;
    });
    // The signals of every run together are all that was acknowledged.
    let signals = 0;
    for (const { runId } of runs) {
      const { events } = await stack.client.workflow.getHandle(chat.workflowId, runId).fetchHistory();
      signals += events?.filter((event) => event.workflowExecutionSignaledEventAttributes).length ?? 0;
    }
    expect(signals).toBe(messages + 2);
    await chat.end();
    await chat.closed();
    expect(chat.received()).toHaveLength(2);
  });

  it('has a timeline of all its runs, and where they are many, of the last twenty-four', async () => {
    const { channelId } = await makeChannel(stack);
    const chat = conversation(stack, channelId);
    const sent: string[] = [];
    const runs = new Set<string>();
    const talkUntil = async (count: number) => {
      while (runs.size < count) {
        const at = new Date().toISOString();
        await chat.says(sent.length % 2 === 0 ? 'user' : 'agent', { at });
        sent.push(at);
        // A run takes a dozen messages: none is missed by who looks at every fourth.
        if (sent.length % 4 === 0) runs.add((await stack.client.workflow.getHandle(chat.workflowId).describe()).runId);
      }
    };
    const timeline = async () => {
      const { id } = await chat.session();
      const { items, complete } = await stack.expect(200, 'GET', `/v1/sessions/${id}/timeline`);
      type Item = { kind: string; at: string };
      return { complete, times: items.flatMap(({ kind, at }: Item) => (kind === 'message' ? [at] : [])) };
    };
    await talkUntil(3);
    expect(await timeline()).toEqual({ complete: true, times: sent });
    await talkUntil(26);
    const { complete, times } = await timeline();
    expect(complete).toBe(false);
    expect(times.length).toBeLessThan(sent.length);
    expect(times).toEqual(sent.slice(-times.length));
    await chat.end();
    await chat.closed();
    // The way from its first run to its last is too long now.
    expect(await timeline()).toMatchObject({ complete: false });
  }, 120_000);

  it('waits for a send that is under way', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 1 });
    const chat = conversation(stack, channelId);
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    stack.gateway.answer = async (request, response, incoming) => {
      if (request.data.conversationId === chat.id) await held;
      await answer200(request, response, incoming);
    };
    await chat.says('agent');
    await chat.delivered(1);
    // Echoes change nothing, but each is an event of the run: the server suggests to continue while the send waits.
    for (let echoes = 0; echoes < 40; echoes++) {
      await stack.client.workflow.getHandle(chat.workflowId).signal('message', {
        ...{ id: randomUUID(), from: 'agent', at: new Date().toISOString() },
        deliveryId: chat.received()[0]?.webhookId,
      });
    }
    expect(await chat.session()).toMatchObject({ followups: [{ status: 'sending' }] });
    answer();
    await eventually('the send to be noted', async () => (await chat.session()).followups[0].status === 'sent');
    stack.gateway.answer = answer200;
    expect(chat.received()).toHaveLength(1);
    const runs = await eventually('the next run', async () => {
      const known = await runsOf(chat.workflowId);
      return known.length > 1 && known;
    });
    expect(runs.map(({ status }) => status.name).sort()).toEqual(['CONTINUED_AS_NEW', 'RUNNING']);
  });
});
