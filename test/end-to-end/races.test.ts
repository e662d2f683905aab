import { createWebhookSender, type WebhookSender } from '../../src/gateway/send-webhook';
import { eventually, sleep } from '../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

/** Runs `count` pieces of work, so many at a time. */
async function pool(count: number, atATime: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}

describe('races', () => {
  let stack: Stack;
  /** When the sender was allowed to write, by delivery: noted in the instant before the first byte. */
  const writtenAtMs = new Map<string, number>();

  beforeAll(async () => {
    const real = createWebhookSender({ egressAllow: ['127.0.0.0/8'] });
    const webhooks: WebhookSender = {
      send: (request) =>
        real.send({
          ...request,
          beforeWrite: async () => {
            const allowed = (await request.beforeWrite?.()) ?? true;
            if (allowed) writtenAtMs.set(request.webhookId, performance.now());
            return allowed;
          },
        }),
    };
    stack = await startStack({ webhooks });
  });
  afterAll(() => stack?.stop());

  it('sends nothing after a reply was acknowledged, in 300 races around the send', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 1 });
    const races = 300;
    const outcomes = { repliedFirst: 0, sentFirst: 0, violations: [] as string[] };
    const chats = Array.from({ length: races }, () => conversation(stack, channelId));
    const acknowledgedAtMs: number[] = [];
    // Sends come the later the busier the machine is: the replies follow them, so that about half come before.
    let spreadMs = 1_500;
    await pool(races, 16, async (index) => {
      const chat = chats[index] as (typeof chats)[number];
      const at = new Date();
      await chat.says('agent', { at: at.toISOString() });
      await sleep(at.getTime() + 950 + Math.random() * spreadMs - Date.now());
      await chat.says('user');
      acknowledgedAtMs[index] = performance.now();
      spreadMs *= chat.received().length > 0 ? 0.9 : 1.1;
    });
    for (const [index, chat] of chats.entries()) {
      const session = await eventually(`the outcome of race ${index}`, async () => {
        const explained = await chat.session();
        return ['sent', 'skipped'].includes(explained.followups[0]?.status) && explained;
      });
      const requests = chat.received();
      expect(requests.length).toBeLessThanOrEqual(1);
      expect(requests).toHaveLength(session.followups[0].status === 'sent' ? 1 : 0);
      const writtenMs = writtenAtMs.get(requests[0]?.webhookId ?? '');
      if (writtenMs === undefined) outcomes.repliedFirst++;
      else if (writtenMs < (acknowledgedAtMs[index] ?? 0)) outcomes.sentFirst++;
      else outcomes.violations.push(`${chat.id}: ${writtenMs} after ${acknowledgedAtMs[index]}`);
    }
    expect(outcomes.violations).toEqual([]);
    // Without both there was no race.
    expect(outcomes.repliedFirst).toBeGreaterThan(20);
    expect(outcomes.sentFirst).toBeGreaterThan(20);
  }, 300_000);

  it('acts on every message that races the end of its session, in 300 races', async () => {
    const { channelId } = await makeChannel(stack, { channel: { sessionIdleSeconds: 2 } });
    const races = 300;
    const chats = Array.from({ length: races }, () => conversation(stack, channelId));
    const lastAt: string[] = [];
    await pool(races, 16, async (index) => {
      const chat = chats[index] as (typeof chats)[number];
      const first = new Date();
      await chat.says('agent', { at: first.toISOString() });
      if (index % 2 === 0) {
        // Around the idle end.
        await sleep(first.getTime() + 1_970 + Math.random() * 60 - Date.now());
        lastAt[index] = new Date().toISOString();
        await chat.says('user', { at: lastAt[index] });
      } else {
        // Around an explicit end, sent at nearly the same moment and a little earlier by its time.
        await sleep(50);
        const end = new Date();
        lastAt[index] = new Date(end.getTime() + 1).toISOString();
        await Promise.all([
          chat.end({ at: end.toISOString() }),
          sleep(Math.random() * 20).then(() => chat.says('user', { at: lastAt[index] })),
        ]);
      }
    });
    let carriedOn = 0;
    for (const [index, chat] of chats.entries()) {
      const sessions = await eventually(`the message of race ${index} in an ended session`, async () => {
        const known: { status: string; lastUserMessageAt: string }[] = await chat.sessions();
        const ended = known.every(({ status }) => status === 'ended');
        return ended && known.some(({ lastUserMessageAt }) => lastUserMessageAt === lastAt[index]) && known;
      });
      if (sessions.length > 1) carriedOn++;
    }
    expect(carriedOn).toBeGreaterThan(150);
  }, 180_000);
});
