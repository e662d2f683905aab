import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { toEvent } from '../../src/api/message-events';
import type { TemporalServer } from '../../src/embedded/temporal-server';
import { createSessionGateway } from '../../src/temporal/session-client';
import { eventually, sleep } from '../support/eventually';
import { answer200 } from '../support/gateway';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { startShortRunsServer } from '../support/short-runs-server';
import { type Stack, startStack } from '../support/stack';
import { temporaryFolder } from '../support/temporary-folder';

/*
 * Records the histories that every build replays: `npm run histories`, before a release. The name of a file is
 * {release}-{path}.json; those of earlier releases are kept.
 */
const release = (require('../../package.json') as { version: string }).version;
const folder = join(__dirname, '..', '..', 'src', 'workflows', 'histories');
const record = process.env.RECORD_HISTORIES === '1' ? describe : describe.skip;
const dataDir = temporaryFolder();

record('recording histories', () => {
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

  async function keep(path: string, workflowId: string, runId?: string): Promise<void> {
    const history = await stack.client.workflow.getHandle(workflowId, runId).fetchHistory();
    writeFileSync(join(folder, `${release}-${path}.json`), `${JSON.stringify(JSON.parse(historyToJSON(history)))}\n`);
  }
  const isSent = (chat: ReturnType<typeof conversation>, index = 0) =>
    eventually('the send', async () => (await chat.session()).followups[index].status === 'sent');

  const runsOf = async (workflowId: string) => {
    const runs: { runId: string; startTime: Date }[] = await eventually('the runs to be listed', async () => {
      const known = [];
      for await (const run of stack.client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) known.push(run);
      return known.length > 1 && known;
    });
    return runs.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
  };

  it('quiet: one followup, sent, ended when idle', async () => {
    const { channelId } = await makeChannel(stack, { channel: { sessionIdleSeconds: 2 } });
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('user');
    await chat.says('agent');
    await chat.delivered(1);
    await chat.closed();
    await keep('quiet', chat.workflowId);
  });

  it('replied: a reply, a takeover, a followup, a response, an end with its survey', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    await makeFollowup(stack, channelId, { trigger: 'conversation_over', delaySeconds: 2, surveyType: 'csat' });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.says('user');
    await sleep(1_200);
    await chat.says('agent');
    await chat.says('operator');
    await chat.says('agent');
    await isSent(chat);
    await chat.says('user');
    await chat.says('agent');
    await chat.end({ outcome: 'resolved' });
    await chat.closed();
    await keep('replied', chat.workflowId);
  });

  it('queued: closed hours, a queue, hours edited, two releases', async () => {
    const closed = { timeZone: 'UTC', availability: { mode: 'hours', weekly: [], exceptions: [] as object[] } };
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    closed.availability.exceptions.push({ date: tomorrow, hours: [{ from: '00:00', to: '24:00' }] });
    const { channelId, agentId } = await makeChannel(stack, { identity: closed });
    await makeFollowup(stack, channelId);
    await makeFollowup(stack, channelId, { delaySeconds: 2 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await eventually('the queue', async () => (await chat.session()).followups[0].status === 'queued');
    await stack.expect(200, 'PATCH', `/v1/agents/${agentId}`, { identity: { availability: { mode: 'always' } } });
    await isSent(chat, 1);
    await chat.end();
    await chat.closed();
    await keep('queued', chat.workflowId);
    const rollouts = `rollout/${channelId}`;
    await eventually('the rollout', async () => {
      const { status } = await stack.client.workflow.getHandle(rollouts).describe();
      return status.name === 'COMPLETED';
    });
    await keep('rollout', rollouts);
  });

  it('retried: failures of the gateway, a lost answer, then success', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    stack.gateway.answer = (request, response, incoming) => {
      const attempts = stack.gateway.of(chat.id).length;
      if (attempts === 1) response.writeHead(500).end();
      else if (attempts === 2) incoming.socket.destroy();
      else return answer200(request, response, incoming);
    };
    await chat.says('agent');
    await isSent(chat);
    stack.gateway.answer = answer200;
    await chat.end();
    await chat.closed();
    await keep('retried', chat.workflowId);
  });

  it('continued: a run that continues as new, and the run that carries on', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 3 });
    const chat = conversation(stack, channelId);
    for (let sent = 0; sent < 30; sent++) await chat.says(sent % 2 === 0 ? 'user' : 'agent');
    await isSent(chat);
    await chat.end();
    await chat.closed();
    const runs = await runsOf(chat.workflowId);
    await keep('continued-first', chat.workflowId, runs.at(0)?.runId);
    await keep('continued-last', chat.workflowId, runs.at(-1)?.runId);
  });

  it('next session: a message after the end opens the next one in the same chain; a late one opens none', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    const at = Date.now();
    await chat.says('agent');
    await Promise.all([
      chat.end({ at: new Date(at + 500).toISOString() }),
      chat.says('user', { at: new Date(at + 501).toISOString() }),
    ]);
    await chat.end({ at: new Date(Date.now() + 500).toISOString() });
    await chat.closed();
    await keep('next-session', chat.workflowId);
    await chat.says('user', { at: new Date(at).toISOString() });
    await stack.client.workflow.getHandle(chat.workflowId).result();
    await keep('late', chat.workflowId);
  });

  it('clocks: a reply by an API whose clock is behind, and another silence', async () => {
    const { channelId, agentId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    const target = { channelId, agentId, conversationId: chat.id, workflowId: chat.workflowId };
    await chat.says('agent');
    const event = toEvent({ id: randomUUID(), from: 'user' }, Date.now() - 180_000);
    await createSessionGateway(stack).signalMessage({ ...target, event });
    // Past the moment at which a worker that went by times alone would send.
    await sleep(3_000);
    await chat.says('agent');
    await isSent(chat);
    await chat.end();
    await chat.closed();
    await keep('clocks', chat.workflowId);
  });

  it('parked: a run that parks, and the last of those that wake, find replies, park again, send and end', async () => {
    const parking = await startStack({ temporalAddress: server.address, parkMs: 15 * 60_000 });
    try {
      const { channelId } = await makeChannel(parking);
      await makeFollowup(parking, channelId, { delaySeconds: 3 });
      await makeFollowup(parking, channelId, { delaySeconds: 6 });
      const chat = conversation(parking, channelId);
      await chat.says('agent');
      const first = await parking.client.workflow.getHandle(chat.workflowId).describe();
      await eventually('a run that is parked', async () => {
        const { runId } = await parking.client.workflow.getHandle(chat.workflowId).describe();
        return runId !== first.runId;
      });
      await chat.says('user');
      await chat.says('agent');
      await chat.delivered(2);
      await chat.end();
      await chat.closed();
      const runs = await runsOf(chat.workflowId);
      await keep('parked-first', chat.workflowId, runs.at(0)?.runId);
      await keep('parked-last', chat.workflowId, runs.at(-1)?.runId);
    } finally {
      await parking.stop();
    }
  });
});
