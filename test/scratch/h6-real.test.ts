import { randomUUID } from 'node:crypto';
import dns from 'node:dns';
import { openSession } from '../../src/db/queries/open-session';
import { createWebhookSender } from '../../src/gateway/send-webhook';
import { eventually, sleep } from '../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

const out = (...a: unknown[]) =>
  process.stderr.write(`@@ ${a.map((x) => (typeof x === 'string' ? x : JSON.stringify(x))).join(' ')}\n`);

describe('h6', () => {
  let stack: Stack;
  let lookupDelayMs = 0;
  let onLookup: () => void = () => {};
  beforeAll(async () => {
    const webhooks = createWebhookSender({
      egressAllow: ['127.0.0.0/8'],
      lookup: ((h: string, o: object, cb: never) => {
        onLookup();
        setTimeout(() => dns.lookup(h, { ...o, family: 4 }, cb), lookupDelayMs);
      }) as never,
    });
    stack = await startStack({ worker: false, webhooks });
  });
  afterAll(() => stack?.stop());

  it('E5 reply after an agent message dated ahead, worker behind', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 1 });
    const chat = conversation(stack, channelId);
    await chat.says('agent', { at: new Date(Date.now() + 4 * 60_000).toISOString() });
    await sleep(300);
    await chat.says('user', {}); // acknowledged 202
    await sleep(1500);
    const worker = await stack.startWorker();
    await sleep(5000);
    const session = await chat.session();
    out(
      'E5',
      'requests',
      chat.received().length,
      { armed: session.armed, agent: session.lastAgentMessageAt, user: session.lastUserMessageAt },
      session.followups.map((f: any) => [f.status, f.reason]),
    );
    await worker.stop();
  });

  it('E6 deactivated while connecting', async () => {
    const worker = await stack.startWorker();
    const { channelId } = await makeChannel(stack, {
      channel: { endpoint: { url: stack.gateway.url.replace('127.0.0.1', 'localhost') } },
    });
    const id = await makeFollowup(stack, channelId, { delaySeconds: 1 });
    lookupDelayMs = 3000;
    const connecting = new Promise<void>((r) => {
      onLookup = r;
    });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await connecting;
    await stack.expect(200, 'POST', `/v1/followups/${id}/deactivate`);
    const deactivatedAt = Date.now();
    lookupDelayMs = 0;
    await sleep(5000);
    out(
      'E6',
      'requests after deactivation was answered:',
      chat.received().length,
      'ms after >',
      Date.now() - deactivatedAt,
      (await chat.session()).followups.map((f: any) => [f.status, f.reason]),
    );
    onLookup = () => {};

    // E8: withheld once, then the next silence sends a stale body
    const c2 = await makeChannel(stack, {
      channel: { endpoint: { url: stack.gateway.url.replace('127.0.0.1', 'localhost') } },
    });
    const f2 = await makeFollowup(stack, c2.channelId, { delaySeconds: 1, message: 'old text', maxLatenessSeconds: 1 });
    lookupDelayMs = 2000;
    const connecting2 = new Promise<void>((r) => {
      onLookup = r;
    });
    const chat2 = conversation(stack, c2.channelId);
    await chat2.says('agent');
    await connecting2;
    await chat2.says('user');
    lookupDelayMs = 0;
    await sleep(3500);
    await stack.expect(200, 'PATCH', `/v1/followups/${f2}`, { message: 'new text' });
    await sleep(1000);
    const at = new Date();
    await chat2.says('agent', { at: at.toISOString() });
    await chat2.delivered(1);
    const [request] = chat2.received() as any[];
    out('E8', 'agent spoke at', at.toISOString(), 'body', request?.body ?? request);
    await worker.stop();
  });

  it('E7 opening repeated after an abandoned session', async () => {
    const { channelId } = await makeChannel(stack);
    const { db } = stack.database;
    const run1 = { workflowId: `session/${channelId}/x`, runId: randomUUID(), firstRunId: 'a' };
    const t0 = Date.now() - 60_000;
    await openSession(db, run1, {
      ...run1,
      channelId,
      conversationId: 'x',
      firstMessageAtMs: t0,
      lastMessageAtMs: t0,
      carriedFloorMs: null,
    });
    // terminated by an operator; the next message starts a new chain
    const t1 = Date.now();
    const run2 = { workflowId: run1.workflowId, runId: randomUUID(), firstRunId: 'b' };
    const input = {
      ...run2,
      channelId,
      conversationId: 'x',
      firstMessageAtMs: t1,
      lastMessageAtMs: t1,
      carriedFloorMs: null,
    };
    await sleep(20);
    const first = await openSession(db, run2, input);
    const second = await openSession(db, run2, input);
    out(
      'E7',
      'message at',
      t1,
      'first floor',
      (first as any).floorMs,
      'repeated floor',
      (second as any).floorMs,
      'message lost:',
      (second as any).floorMs !== null && t1 <= (second as any).floorMs,
    );
  });

  it('E9 planChanged with a revision that does not exist', async () => {
    const worker = await stack.startWorker();
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 2 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await sleep(1000);
    const handle = stack.client.workflow.getHandle(chat.workflowId);
    await handle.signal('planChanged', { revision: 999_999 });
    await sleep(6000);
    const d = await handle.describe();
    out('E9', 'history events 6 s later', d.historyLength, 'requests (due after 2 s)', chat.received().length);
    await worker.stop();
  });
});
