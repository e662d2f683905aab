import { join } from 'node:path';
import { freePort } from '../../src/embedded/ports';
import { reconcileScheduleId } from '../../src/temporal/reconcile-schedule';
import { builtRepository } from '../support/build';
import { eventually } from '../support/eventually';
import { answer200 } from '../support/gateway';
import { type RunningScript, runProcess } from '../support/processes';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

type Chat = ReturnType<typeof conversation>;

/** Workers as processes of their own, so that they can be killed: what they leave is settled by the real Schedule. */
describe('the reconciler', () => {
  let stack: Stack;
  let root: string;
  const running: RunningScript[] = [];
  beforeAll(async () => {
    root = builtRepository();
    stack = await startStack({ worker: false });
  }, 120_000);
  afterEach(async () => {
    stack.gateway.answer = answer200;
    for (const worker of running.splice(0)) await kill(worker);
  });
  afterAll(() => stack?.stop());

  async function startWorker(): Promise<RunningScript> {
    const port = await freePort();
    const env = { ...stack.workerEnvironment, WORKER_HEALTH_PORT: String(port) };
    const worker = runProcess(process.execPath, [join(root, 'dist', 'worker.js')], env, root);
    running.push(worker);
    await eventually('the worker to poll', async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, 60_000);
    return worker;
  }

  async function kill(worker: RunningScript): Promise<void> {
    worker.child.kill('SIGKILL');
    await worker.ended;
  }

  const deliveryOf = async ({ id }: Chat) =>
    (await stack.expect(200, 'GET', `/v1/deliveries?conversationId=${id}`)).items[0];

  /** What is younger than a minute is left alone, since somebody may be at it. */
  async function madeOlder({ id }: Chat): Promise<void> {
    const { sql } = stack.database;
    const before = sql`interval '5 minutes'`;
    await sql`update sessions set created_at = created_at - ${before} where conversation_id = ${id}`;
    await sql`
      update deliveries set updated_at = updated_at - ${before}, send_at = send_at - ${before}
      where conversation_id = ${id}`;
  }

  async function settled(chat: Chat) {
    await stack.client.schedule.getHandle(reconcileScheduleId(stack.taskQueue)).trigger();
    return eventually(
      'the reconciler to settle the delivery',
      async () => {
        const delivery = await deliveryOf(chat);
        return !['queued', 'sending'].includes(delivery.status) && delivery;
      },
      // Another run of it, which the killed worker had begun, goes first.
      100_000,
    );
  }

  it('settles an attempt whose worker was killed and whose session is gone: unknown, and never sent again', async () => {
    const worker = await startWorker();
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    // It hangs: nobody answers.
    stack.gateway.answer = () => new Promise(() => {});
    await chat.says('agent');
    await chat.delivered(1);
    await kill(worker);
    await stack.client.workflow.getHandle(chat.workflowId).terminate();
    expect(await deliveryOf(chat)).toMatchObject({ status: 'sending', attempts: [{ outcome: null }] });
    await madeOlder(chat);

    await startWorker();
    expect(await settled(chat)).toMatchObject({ followupId, status: 'unknown', reason: 'unknown' });
    expect(await chat.sessions()).toMatchObject([{ status: 'ended', endedBy: 'operator' }]);
    stack.gateway.answer = answer200;
    // Another session of the same conversation is another matter.
    await chat.says('agent');
    const [first, second] = await chat.delivered(2, 30_000);
    expect(second?.webhookId).not.toBe(first?.webhookId);
    await chat.sent(1);
    expect(await chat.sessions()).toHaveLength(2);
  }, 180_000);

  it('settles what cannot have reached the user: skipped where nothing was begun, failed where every attempt was', async () => {
    const worker = await startWorker();
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const [claimed, failing] = [conversation(stack, channelId), conversation(stack, channelId)];
    stack.gateway.answer = (_request, response) => {
      if (failing.received().length > 0 && claimed.received().length === 0) response.writeHead(500).end();
    };
    await failing.says('agent');
    await eventually('a failed attempt', async () => (await deliveryOf(failing))?.attempts[0]?.outcome === 'failed');
    await stack.client.workflow.getHandle(failing.workflowId).terminate();
    await claimed.says('agent');
    await claimed.delivered(1);
    await kill(worker);
    await stack.client.workflow.getHandle(claimed.workflowId).terminate();
    // As a worker leaves it that is killed after its claim and before it notes the beginning.
    await stack.database.sql`
      update delivery_attempts set asked_at = null, sending_at = null
      where delivery_id = ${(await deliveryOf(claimed)).id}`;
    // A second attempt may have begun before the termination.
    await stack.database.sql`
      update delivery_attempts set outcome = 'failed' where delivery_id = ${(await deliveryOf(failing)).id}`;
    await Promise.all([madeOlder(claimed), madeOlder(failing)]);

    await startWorker();
    expect(await settled(claimed)).toMatchObject({ status: 'skipped', reason: 'session_ended' });
    expect(await settled(failing)).toMatchObject({ status: 'failed', reason: 'gateway_failed' });
  }, 180_000);

  it('settles what was left pending in a session that has ended', async () => {
    const worker = await startWorker();
    const never = { timeZone: 'UTC', availability: { mode: 'hours', weekly: [], exceptions: [] as object[] } };
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    never.availability.exceptions.push({ date: tomorrow, hours: [{ from: '00:00', to: '24:00' }] });
    const { channelId } = await makeChannel(stack, { identity: never });
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await eventually('the queue', async () => (await deliveryOf(chat))?.status === 'queued');
    await kill(worker);
    // As a worker leaves it that is killed while it closes a session, which is then terminated.
    await stack.client.workflow.getHandle(chat.workflowId).terminate();
    await stack.database.sql`
      update sessions set status = 'ended', ended_at = now(), ended_by = 'gateway' where conversation_id = ${chat.id}`;
    await madeOlder(chat);

    await startWorker();
    expect(await settled(chat)).toMatchObject({ status: 'skipped', reason: 'session_ended' });
    expect(await chat.sessions()).toMatchObject([{ status: 'ended', endedBy: 'gateway' }]);
  }, 180_000);
});
