import type { ServerResponse } from 'node:http';
import { eventually } from '../support/eventually';
import { type Answer, answer200 } from '../support/gateway';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

describe('what the gateway answers', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterEach(() => {
    stack.gateway.answer = answer200;
  });
  afterAll(() => stack?.stop());

  const plain = (response: ServerResponse, status: number, body = '', headers = {}): void => {
    response.writeHead(status, headers).end(body);
  };

  /** One silence with this gateway; resolves when the delivery has the status. */
  async function silence(answer: Answer, status: string, channelSettings: object = {}) {
    const { channelId } = await makeChannel(stack, { channel: channelSettings });
    const followupId = await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    stack.gateway.answer = answer;
    await chat.says('agent');
    const delivery = await eventually(
      `a delivery that is ${status}`,
      async () => {
        const { items } = await stack.expect(200, 'GET', `/v1/deliveries?conversationId=${chat.id}`);
        return items[0]?.status === status && items[0];
      },
      40_000,
    );
    return { channelId, followupId, chat, delivery };
  }

  it.each([
    [400, ''],
    [413, ''],
    [422, '{"code":"too_long"}'],
  ])('%i %s: the message is refused, and not tried again', async (status, body) => {
    const { delivery, chat } = await silence((_, response) => plain(response, status, body), 'failed');
    expect(delivery).toMatchObject({
      reason: 'gateway_rejected',
      attempts: [{ outcome: 'rejected', httpStatus: status }],
    });
    const session = await eventually('the session to know', async () => {
      const explained = await chat.session();
      return explained.followups[0].status === 'failed' && explained;
    });
    expect(session).toMatchObject({ status: 'open', followups: [{ reason: 'gateway_rejected' }] });
    expect(chat.received()).toHaveLength(1);
  });

  it('422 conversation_gone: refused, and the session closes', async () => {
    const { delivery, chat } = await silence(
      (_, response) => plain(response, 422, '{"code":"conversation_gone"}'),
      'failed',
    );
    expect(delivery).toMatchObject({ reason: 'gateway_rejected' });
    await chat.closed();
    expect(await chat.sessions()).toMatchObject([{ status: 'ended', endedBy: 'conversation_gone' }]);
  });

  it('410: the endpoint is gone; the channel is held until it is edited', async () => {
    const { delivery, channelId } = await silence((_, response) => plain(response, 410), 'failed');
    expect(delivery).toMatchObject({ reason: 'endpoint_gone' });
    stack.gateway.answer = answer200;
    const next = conversation(stack, channelId);
    await next.says('agent');
    const held = await eventually('the hold', async () => {
      const { followups } = await next.session();
      return followups[0].status === 'queued' && followups[0];
    });
    expect(held).toMatchObject({ reason: 'channel_paused' });
    expect(next.received()).toEqual([]);
    const moved = `${stack.gateway.url}?moved`;
    await stack.expect(200, 'PATCH', `/v1/channels/${channelId}`, { endpoint: { url: moved } });
    await next.delivered(1);
  });

  it.each([
    ['500', (response: ServerResponse) => plain(response, 500)],
    ['404', (response: ServerResponse) => plain(response, 404)],
    ['401', (response: ServerResponse) => plain(response, 401)],
    ['a redirect, never followed', (response: ServerResponse) => plain(response, 302, '', { location: '/elsewhere' })],
    ['429 with Retry-After', (response: ServerResponse) => plain(response, 429, '', { 'retry-after': '2' })],
    ['a reset after the receipt', (response: ServerResponse) => response.socket?.destroy()],
  ])('%s: tried again with the same id and body, a fresh timestamp and signature', async (name, fail) => {
    let requests = 0;
    const { delivery, chat } = await silence((request, response, incoming) => {
      requests += 1;
      if (requests > 1) return answer200(request, response, incoming);
      fail(response);
    }, 'sent');
    const [first, second] = chat.received();
    expect(second?.webhookId).toBe(first?.webhookId);
    expect(second?.body).toBe(first?.body);
    expect([first?.verified, second?.verified]).toEqual([true, true]);
    expect(delivery.attempts).toHaveLength(2);
    expect(delivery.attempts[0].outcome).toBe(name.includes('reset') ? 'lost' : 'failed');
    const pauseMs = (second?.atMs ?? 0) - (first?.atMs ?? 0);
    expect(pauseMs).toBeGreaterThan(name.includes('Retry-After') ? 1_999 : 700);
    expect(Number(second?.timestamp)).toBeGreaterThanOrEqual(Number(first?.timestamp));
  });

  it('a reset after the receipt, on a channel that never repeats: unknown', async () => {
    const { delivery, chat } = await silence((_, response) => void response.socket?.destroy(), 'unknown', {
      ambiguousSend: 'never_repeat',
    });
    expect(delivery).toMatchObject({ attempts: [{ outcome: 'lost' }] });
    expect(chat.received()).toHaveLength(1);
  });

  it('gives up when it would be too late, and says so', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { maxLatenessSeconds: 6 });
    const chat = conversation(stack, channelId);
    stack.gateway.answer = (_, response) => plain(response, 500);
    await chat.says('agent');
    const told = await eventually('the end of the attempts', async () => {
      const { followups } = await chat.session();
      return followups[0].status === 'failed' && followups[0];
    });
    expect(told.reason).toBe('gateway_failed');
    expect(told.explanation).toMatch(/too late/);
    expect(chat.received().length).toBeGreaterThan(1);
    // The session knows first; its row follows.
    const delivery = await eventually('the row', async () => {
      const { items } = await stack.expect(200, 'GET', `/v1/deliveries?conversationId=${chat.id}`);
      return items[0]?.status === 'failed' && items[0];
    });
    expect(delivery.reason).toBe('gateway_failed');
  });

  it('is failed when the user replies between two attempts, and spent', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    stack.gateway.answer = (_, response) => plain(response, 503, '', { 'retry-after': '30' });
    await chat.says('agent');
    await chat.delivered(1);
    await eventually('the retry', async () => (await chat.session()).followups[0].reason === 'retrying');
    await chat.says('user');
    await chat.says('agent');
    const told = await eventually('the outcome', async () => {
      const { followups } = await chat.session();
      return followups[0].status === 'failed' && followups[0];
    });
    expect(told.reason).toBe('gateway_failed');
    expect(chat.received()).toHaveLength(1);
  });

  it('comes with the times of the new silence where every attempt failed and the agent has spoken again', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    stack.gateway.answer = (_, response) => plain(response, 503, '', { 'retry-after': '30' });
    await chat.says('agent');
    await chat.delivered(1);
    await eventually('the retry', async () => (await chat.session()).followups[0].reason === 'retrying');
    stack.gateway.answer = answer200;
    await chat.says('agent');
    const { lastAgentMessageAt } = await chat.sent(1);
    const [first, second] = chat.received();
    expect(second?.webhookId).toBe(first?.webhookId);
    const newMs = Date.parse(lastAgentMessageAt);
    expect(second?.data).toMatchObject({
      anchorAt: lastAgentMessageAt,
      dueAt: new Date(newMs + 1_000).toISOString(),
      expiresAt: new Date(newMs + 1_000 + 15 * 60_000).toISOString(),
    });
    expect(chat.received()).toHaveLength(2);
  });

  it('an endpoint on a network that is not allowed: blocked, and said so', async () => {
    const { channelId } = await makeChannel(stack, { channel: { endpoint: { url: 'http://10.1.2.3/hook' } } });
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const told = await eventually('the outcome', async () => {
      const { followups } = await chat.session();
      return followups[0].status === 'failed' && followups[0];
    });
    expect(told.reason).toBe('endpoint_blocked');
  });

  it('after ten failures in a row lets one probe at a time through, and all when it succeeds', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    stack.gateway.answer = (_, response) => plain(response, 500);
    const failing = Array.from({ length: 12 }, () => conversation(stack, channelId));
    for (const chat of failing) await chat.says('agent');
    await eventually('ten failures', () => failing.flatMap((chat) => chat.received()).length >= 12);
    const held = Array.from({ length: 3 }, () => conversation(stack, channelId));
    for (const chat of held) await chat.says('agent');
    await eventually('the hold', async () => {
      const told = await Promise.all(held.map((chat) => chat.session()));
      return told.some(({ followups }) => followups[0].reason === 'throttled');
    });
    // The session knows first; its row follows.
    await eventually('a row that says so', async () => {
      const { items } = await stack.expect(200, 'GET', `/v1/deliveries?channelId=${channelId}&reason=throttled`);
      return items.length > 0;
    });
    stack.gateway.answer = answer200;
    for (const chat of [...failing, ...held]) {
      await eventually('the delivery', async () => (await chat.session()).followups[0].status === 'sent', 60_000);
    }
  }, 120_000);
});
