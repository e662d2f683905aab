import { eventually } from '../../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../../support/scenario';
import { type Stack, startStack } from '../../support/stack';

describe('decisions on how often and how many', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  it('many at once: what exceeds maxSendsPerSecond waits its turn, in due order', async () => {
    const { channelId } = await makeChannel(stack, { channel: { maxSendsPerSecond: 2 } });
    await makeFollowup(stack, channelId, { delaySeconds: 2 });
    const chats = Array.from({ length: 8 }, () => conversation(stack, channelId));
    const at = Date.now();
    for (const [index, chat] of chats.entries()) await chat.says('agent', { at: new Date(at + index).toISOString() });
    const waiting = await eventually('a turn', async () => {
      const { items } = await stack.expect(200, 'GET', `/v1/deliveries?channelId=${channelId}&reason=throttled`);
      return items[0];
    });
    expect(waiting).toMatchObject({ status: 'queued', reason: 'throttled' });
    for (const chat of chats) await chat.delivered(1, 30_000);
    const { items } = await stack.expect(200, 'GET', `/v1/deliveries?channelId=${channelId}`);
    const turns = items
      .map(({ sendAt }: { sendAt: string }) => Date.parse(sendAt))
      .sort((a: number, b: number) => a - b);
    expect(turns).toHaveLength(8);
    // The first went at its due time; from then on every half second has one turn.
    const pauses = turns.slice(2).map((turn: number, index: number) => turn - turns[index + 1]);
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(499);
    const { sendAt } = items.find(({ id }: { id: string }) => id === waiting.id);
    expect(Date.parse(sendAt)).toBeGreaterThan(Date.parse(waiting.dueAt));
  });

  it('the same rule again and again over sessions: cooling_down for cooldownSeconds', async () => {
    const { channelId } = await makeChannel(stack);
    const cooled = await makeFollowup(stack, channelId, { title: 'Cooled', cooldownSeconds: 3_600 });
    const plain = await makeFollowup(stack, channelId, { title: 'Plain' });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.delivered(2);
    await chat.end();
    await chat.closed();
    await chat.says('agent');
    const requests = await chat.delivered(3);
    expect(requests[2]?.data.followupId).toBe(plain);
    const { followups } = await chat.session();
    expect(followups).toMatchObject([
      {
        followupId: cooled,
        status: 'skipped',
        reason: 'cooling_down',
        explanation: 'Will not be sent: the same followup was sent in this conversation too recently.',
      },
      { followupId: plain },
    ]);
    // Another conversation is not concerned.
    const other = conversation(stack, channelId);
    await other.says('agent');
    await other.delivered(2);
  });

  it('the same survey again: a week of cooldown, unless the followup says otherwise', async () => {
    const { channelId } = await makeChannel(stack);
    const survey = await makeFollowup(stack, channelId, { surveyType: 'csat' });
    const eager = await makeFollowup(stack, channelId, { surveyType: 'csat', cooldownSeconds: 0 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.delivered(2);
    await chat.end();
    await chat.closed();
    await chat.says('agent');
    const requests = await chat.delivered(3);
    expect(requests[2]?.data.followupId).toBe(eager);
    expect((await chat.session()).followups).toMatchObject([{ followupId: survey, reason: 'cooling_down' }, {}]);
  });

  it('maxFollowupsPerSession: what comes after so many is skipped, and said so before', async () => {
    const { channelId } = await makeChannel(stack, { agent: { maxFollowupsPerSession: 1 } });
    await makeFollowup(stack, channelId, { delaySeconds: 1 });
    await makeFollowup(stack, channelId, { delaySeconds: 2 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    // The forecast: the second will find the limit reached.
    expect((await chat.session()).followups).toMatchObject([
      { status: 'waiting' },
      { status: 'skipped', reason: 'session_limit' },
    ]);
    await chat.delivered(1);
    await eventually(
      'the second due time',
      async () => Date.now() > Date.parse((await chat.session()).followups[1].dueAt),
    );
    await chat.end();
    await chat.closed();
    const [{ decisions }] = await chat.sessions();
    expect(decisions).toMatchObject([{ status: 'sent' }, { status: 'skipped', reason: 'session_limit' }]);
    expect(chat.received()).toHaveLength(1);
  });

  it('silences of a minute or longer are recorded when the session closes, with who ended them', async () => {
    const { channelId } = await makeChannel(stack);
    const chat = conversation(stack, channelId);
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    await chat.says('agent', { at: minutesAgo(30) });
    await chat.says('user', { at: minutesAgo(20) });
    await chat.says('agent', { at: minutesAgo(19) });
    await chat.says('user', { at: minutesAgo(18.5) });
    await chat.says('agent', { at: minutesAgo(10) });
    await chat.says('agent', { at: minutesAgo(5) });
    await chat.says('operator', { at: minutesAgo(2) });
    await chat.end();
    await chat.closed();
    const rows = await stack.database.sql`
      select seconds, ended_by, nudged from silences where channel_id = ${channelId} order by started_at`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { seconds: 600, ended_by: 'user', nudged: false },
      { seconds: 300, ended_by: 'agent', nudged: false },
      { seconds: 180, ended_by: 'operator', nudged: false },
    ]);
  });
});
