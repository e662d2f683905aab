import { join } from 'node:path';
import { freePort } from '../../src/embedded/ports';
import { builtRepository } from '../support/build';
import { eventually } from '../support/eventually';
import { answer200 } from '../support/gateway';
import { type RunningScript, runProcess } from '../support/processes';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

/** Workers as processes of their own, so that they can be killed. */
describe('a worker that dies', () => {
  let stack: Stack;
  let root: string;
  const running: RunningScript[] = [];
  beforeAll(async () => {
    root = builtRepository();
    stack = await startStack({ worker: false });
  }, 120_000);
  afterEach(async () => {
    stack.gateway.answer = answer200;
    for (const worker of running.splice(0)) {
      worker.child.kill('SIGKILL');
      await worker.ended;
    }
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

  const deliveryOf = async (conversationId: string) =>
    (await stack.expect(200, 'GET', `/v1/deliveries?conversationId=${conversationId}`)).items[0];

  it('between the receipt of the gateway and its answer: sent again with the same webhook-id and body', async () => {
    const worker = await startWorker();
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    stack.gateway.answer = async (request, response, incoming) => {
      if (chat.received().length === 1) {
        worker.child.kill('SIGKILL');
        await worker.ended;
      }
      await answer200(request, response, incoming);
    };
    await chat.says('agent');
    await chat.delivered(1);
    await worker.ended;
    await startWorker();
    const [first, second] = await chat.delivered(2, 60_000);
    expect(second?.webhookId).toBe(first?.webhookId);
    expect(second?.body).toBe(first?.body);
    expect(second?.verified).toBe(true);
    const delivery = await eventually('the delivery', async () => {
      const known = await deliveryOf(chat.id);
      return known.status === 'sent' && known;
    });
    expect(delivery.attempts).toMatchObject([{ outcome: null }, { outcome: 'sent', httpStatus: 200 }]);
    await chat.end();
    await chat.closed();
    expect(chat.received()).toHaveLength(2);
  }, 120_000);

  it('the same, on a channel that never repeats: unknown, and not sent again', async () => {
    const worker = await startWorker();
    const { channelId } = await makeChannel(stack, { channel: { ambiguousSend: 'never_repeat' } });
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    stack.gateway.answer = async () => {
      worker.child.kill('SIGKILL');
    };
    await chat.says('agent');
    await chat.delivered(1);
    await worker.ended;
    await startWorker();
    const delivery = await eventually(
      'the outcome',
      async () => {
        const known = await deliveryOf(chat.id);
        return known.status !== 'sending' && known;
      },
      60_000,
    );
    expect(delivery).toMatchObject({ status: 'unknown', reason: 'unknown' });
    expect(chat.received()).toHaveLength(1);
    const { followups } = await chat.session();
    expect(followups).toMatchObject([{ status: 'unknown' }]);
    expect(followups[0].explanation).toMatch(/^May have been delivered/);
  }, 120_000);

  it('while a timer waits: sent once by the next worker, and a reply meanwhile counts', async () => {
    const worker = await startWorker();
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 3 });
    const [silent, replying] = [conversation(stack, channelId), conversation(stack, channelId)];
    await silent.says('agent');
    await replying.says('agent');
    await Promise.all([silent.session(), replying.session()]);
    worker.child.kill('SIGKILL');
    await worker.ended;
    await replying.says('user');
    await startWorker();
    await silent.delivered(1, 60_000);
    const { followups } = await eventually('the session', async () => {
      const explained = await replying.session();
      return explained.followups[0].status === 'skipped' && explained;
    });
    expect(followups).toMatchObject([{ reason: 'user_replied' }]);
    expect(silent.received()).toHaveLength(1);
    expect(replying.received()).toEqual([]);
  }, 120_000);

  it('stops on SIGTERM only when the send that is under way has its answer', async () => {
    const worker = await startWorker();
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    stack.gateway.answer = async (request, response, incoming) => {
      await held;
      await answer200(request, response, incoming);
    };
    await chat.says('agent');
    await chat.delivered(1);
    worker.child.kill('SIGTERM');
    setTimeout(answer, 1_000);
    expect(await worker.ended).toBe(0);
    expect(await deliveryOf(chat.id)).toMatchObject({ status: 'sent', attempts: [{ outcome: 'sent' }] });
    await startWorker();
    await eventually('the session to know', async () => (await chat.session()).followups[0].status === 'sent', 30_000);
    expect(chat.received()).toHaveLength(1);
  }, 120_000);
});
