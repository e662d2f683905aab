import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { inParallel } from '../../src/api/in-parallel';
import { chatMessages } from '../../src/db/schema';
import { freePort } from '../../src/embedded/ports';
import { builtRepository } from '../support/build';
import { readEvents } from '../support/events';
import { eventually, sleep } from '../support/eventually';
import { type RunningScript, runProcess } from '../support/processes';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';
import { type TestVisitor, visitorOf } from '../support/webchat';

jest.setTimeout(240_000);

let stack: Stack;
afterEach(() => stack?.stop());

const webchat = { channel: { type: 'webchat', endpoint: undefined } };
const chatOf = (channelId: string) => {
  const visitor = visitorOf(stack, channelId);
  return { visitor, chat: conversation(stack, channelId, visitor.conversationId) };
};
const rowsOf = ({ conversationId }: TestVisitor) =>
  stack.database.db
    .select()
    .from(chatMessages)
    .where(eq(chatMessages.conversationId, conversationId))
    .orderBy(chatMessages.sequence);
const said = (messages: { from: string; text: string }[]) => messages.map(({ from, text }) => `${from}: ${text}`);

/** The agent says something. As documented, after a 503 it is sent again with the same id. */
async function agentSays({ channelId, conversationId }: TestVisitor, text: string): Promise<Date> {
  const path = `/v1/channels/${channelId}/conversations/${conversationId}/messages`;
  const at = new Date();
  const message = { id: randomUUID(), from: 'agent', text, at: at.toISOString() };
  await eventually('the 202', async () => (await stack.call('POST', path, message)).status === 202);
  return at;
}

/**
 * How long after the agent's message to wait, so that it is around the moment of the send: that comes the later the busier
 * the machine is. So whoever won the last race gets less of a start in the next.
 */
function around() {
  let medianMs = 1_500;
  return {
    wait: (at: Date) => sleep(at.getTime() + medianMs * (0.85 + Math.random() * 0.3) - Date.now()),
    was(isSent: boolean): void {
      medianMs = Math.max(900, medianMs * (isSent ? 1 / 1.15 : 1.15));
    },
  };
}

/** Does so much work, some of it at once. */
async function pool<T>(count: number, atOnce: number, work: () => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  await inParallel(Array(count).fill(null), atOnce, async () => {
    done.push(await work());
  });
  return done;
}

test('a visitor asks, a bot answers, and after a silence the followup comes: once, also for who returns', async () => {
  stack = await startStack();
  const { channelId } = await makeChannel(stack, webchat);
  await makeFollowup(stack, channelId, { message: 'How was it?', surveyType: 'csat' });
  const { visitor, chat } = chatOf(channelId);
  const page = await visitor.follow();
  const bot = await readEvents(stack.baseUrl, stack.adminKey, { query: `?channelId=${channelId}` });

  await visitor.says('Do you ship to Norway?');
  const { data } = await eventually('what the bot hears', () =>
    bot.events.find(({ type, data }) => type === 'chat.message' && data.from === 'user'),
  );
  const path = `/v1/channels/${channelId}/conversations/${data.conversationId}`;
  const { items } = await stack.expect(200, 'GET', `${path}/transcript`);
  expect(said(items)).toEqual(['user: Do you ship to Norway?']);
  await stack.expect(202, 'POST', `${path}/messages`, { id: randomUUID(), from: 'agent', text: 'We do.' });

  const expected = ['user: Do you ship to Norway?', 'agent: We do.', 'followup: How was it?'];
  await eventually('the followup', () => page.events.length === 3);
  expect(said(page.events.map((event) => event.data))).toEqual(expected);
  const session = await chat.sent(1);
  const [delivery] = (await stack.expect(200, 'GET', `/v1/deliveries?channelId=${channelId}`)).items;
  expect(delivery).toMatchObject({
    ...{ status: 'sent', gatewayMessageId: delivery.id, sessionId: session.id },
    attempts: [{ outcome: 'sent' }],
  });
  const followup = page.events[2]?.data;
  expect(followup).toMatchObject({ id: delivery.id, deliveryId: delivery.id, survey: { type: 'csat' } });
  expect(bot.events.filter(({ data }) => data.from === 'followup')).toMatchObject([
    { type: 'chat.message', data: { deliveryId: delivery.id } },
  ]);
  // Neither texts nor surveys are in Temporal.
  const history = JSON.stringify(await stack.client.workflow.getHandle(chat.workflowId).fetchHistory());
  for (const text of ['Norway', 'We do', 'How was it']) {
    expect(history).not.toContain(Buffer.from(text).toString('base64').slice(0, 8));
  }

  page.close();
  const returned = await visitor.follow();
  await eventually('what was said', () => returned.events.length >= 3);
  expect(said(returned.events.map((event) => event.data))).toEqual(expected);
  const answered = await fetch(followup.survey.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ score: 5, comment: 'Quick' }),
  });
  expect([answered.status, await answered.json()]).toEqual([
    200,
    { type: 'csat', answered: { score: 5, comment: 'Quick' }, expired: false },
  ]);
  expect((await stack.expect(200, 'GET', `/v1/deliveries/${delivery.id}`)).surveyAnswer).toMatchObject({ score: 5 });

  // Long enough for anything that would come again.
  await visitor.says('Thank you');
  await eventually('the answer of the visitor', () => returned.events.length >= 4);
  expect(said(returned.events.map((event) => event.data))).toEqual([...expected, 'user: Thank you']);
  expect(said(await visitor.transcript())).toEqual([...expected, 'user: Thank you']);
  returned.close();
  bot.close();
});

test('after a reply was acknowledged no followup is written, in 60 races around the send', async () => {
  stack = await startStack();
  const { channelId } = await makeChannel(stack, webchat);
  await makeFollowup(stack, channelId);
  const outcomes = { repliedFirst: 0, sentFirst: 0 };
  const send = around();
  const races = await pool(60, 6, async () => {
    const { visitor, chat } = chatOf(channelId);
    await send.wait(await agentSays(visitor, 'Hello'));
    await visitor.says('Wait');
    const followedWhenAnswered = (await visitor.transcript()).filter(({ from }) => from === 'followup').length;
    send.was(followedWhenAnswered > 0);
    return { visitor, chat, followedWhenAnswered };
  });
  for (const { visitor, chat, followedWhenAnswered } of races) {
    const session = await eventually('the outcome', async () => {
      const explained = await chat.session();
      return ['sent', 'skipped'].includes(explained.followups[0]?.status) && explained;
    });
    const senders = (await rowsOf(visitor)).map(({ sender }) => sender);
    const isSent = session.followups[0].status === 'sent';
    expect(senders).toEqual(isSent ? ['agent', 'followup', 'user'] : ['agent', 'user']);
    expect(followedWhenAnswered).toBe(isSent ? 1 : 0);
    outcomes[isSent ? 'sentFirst' : 'repliedFirst']++;
  }
  // Without both there was no race.
  expect(outcomes.repliedFirst).toBeGreaterThan(5);
  expect(outcomes.sentFirst).toBeGreaterThan(5);
});

test('of a conversation that is erased around the send nothing comes back, in 24 races', async () => {
  stack = await startStack();
  const { channelId } = await makeChannel(stack, webchat);
  await makeFollowup(stack, channelId);
  let written = 0;
  const send = around();
  const visitors = await pool(24, 4, async () => {
    const { visitor } = chatOf(channelId);
    await send.wait(await agentSays(visitor, 'Hello'));
    const isSent = (await rowsOf(visitor)).length > 1;
    send.was(isSent);
    if (isSent) written += 1;
    const path = `/v1/channels/${channelId}/conversations/${visitor.conversationId}`;
    // As documented, it may be repeated after a 503.
    await eventually('the erasure', async () => (await stack.call('DELETE', path)).status === 204, 60_000);
    expect(await rowsOf(visitor)).toEqual([]);
    return visitor;
  });
  // Whatever was under way has come to its end when one that was begun later has.
  const last = chatOf(channelId);
  await agentSays(last.visitor, 'Hello');
  await last.chat.sent(1);
  for (const visitor of visitors) expect(await rowsOf(visitor)).toEqual([]);
  expect(written).toBeGreaterThan(0);
  expect(written).toBeLessThan(24);
});

describe('a worker that dies', () => {
  const running: RunningScript[] = [];
  afterEach(async () => {
    for (const worker of running.splice(0)) {
      worker.child.kill('SIGKILL');
      await worker.ended;
    }
  });

  async function startWorker(root: string): Promise<RunningScript> {
    const port = await freePort();
    const env = { ...stack.workerEnvironment, WORKER_HEALTH_PORT: String(port) };
    const worker = runProcess(process.execPath, [join(root, 'dist', 'worker.js')], env, root);
    running.push(worker);
    await eventually('the worker to poll', async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, 60_000);
    return worker;
  }

  test('between the message and the word that it was sent: the next one finds it, and writes no other', async () => {
    const root = builtRepository();
    stack = await startStack({ worker: false });
    const { sql } = stack.database;
    // What says "sent" is held up, and fails: so it is never written before the worker is dead.
    await sql.unsafe(`
      create function hold_sent() returns trigger language plpgsql as $$ begin
        perform pg_sleep(3);
        raise exception 'held';
      end $$;
      create trigger hold_sent before update on deliveries for each row when (new.status = 'sent')
        execute function hold_sent();`);
    const worker = await startWorker(root);
    const { channelId } = await makeChannel(stack, webchat);
    await makeFollowup(stack, channelId);
    const { visitor } = chatOf(channelId);
    await agentSays(visitor, 'Hello');
    const [, written] = await eventually('the message', async () => {
      const rows = await rowsOf(visitor);
      return rows.length === 2 && rows;
    });
    worker.child.kill('SIGKILL');
    await worker.ended;
    await sql.unsafe('drop trigger hold_sent on deliveries');
    const deliveryOf = async () => (await stack.expect(200, 'GET', `/v1/deliveries?channelId=${channelId}`)).items[0];
    expect((await deliveryOf()).status).toBe('sending');

    await startWorker(root);
    const delivery = await eventually(
      'the delivery',
      async () => {
        const known = await deliveryOf();
        return known.status === 'sent' && known;
      },
      60_000,
    );
    expect(delivery.attempts).toMatchObject([{ outcome: null }, { outcome: 'sent' }]);
    expect((await rowsOf(visitor))[1]).toEqual(written);
    expect(await rowsOf(visitor)).toHaveLength(2);
  });
});
