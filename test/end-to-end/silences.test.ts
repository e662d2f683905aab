import { DateTime } from 'luxon';
import { eventually } from '../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

describe('silences', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  /** Hours that begin with the next full minute, at least a few seconds from now. */
  function opensSoon() {
    const opening = DateTime.utc().plus({ seconds: 3 }).startOf('minute').plus({ minutes: 1 });
    const hours = { from: opening.toFormat('HH:mm'), to: opening.plus({ minutes: 30 }).toFormat('HH:mm') };
    return { opening, exceptions: [{ date: opening.toISODate(), hours: [hours] }] };
  }

  it('queues outside hours, says so, and sends at the opening with the distance between rules kept', async () => {
    const { opening, exceptions } = opensSoon();
    const identity = { timeZone: 'UTC', availability: { mode: 'hours', weekly: [], exceptions } };
    const { channelId } = await makeChannel(stack, { identity });
    const first = await makeFollowup(stack, channelId, { title: 'First', delaySeconds: 1 });
    const second = await makeFollowup(stack, channelId, { title: 'Second', delaySeconds: 3 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const queued = await eventually('the queue', async () => {
      const session = await chat.session();
      return session.followups[0].status === 'queued' && session;
    });
    const minute = opening.toFormat("cccc d LLLL 'at' HH:mm");
    expect(queued.followups).toMatchObject([
      {
        followupId: first,
        reason: 'queued',
        sendAt: opening.toISO(),
        explanation: `Will be sent on ${minute} (UTC), when the agent is available again.`,
      },
      { followupId: second, status: 'waiting', sendAt: opening.plus({ seconds: 2 }).toISO() },
    ]);
    expect(chat.received()).toEqual([]);
    // The session knows before the row is written.
    const rows = await eventually('the row of the queued send', async () => {
      const { items } = await stack.expect(200, 'GET', `/v1/deliveries?conversationId=${chat.id}`);
      return items.length > 0 && items;
    });
    expect(rows).toMatchObject([{ followupId: first, status: 'queued', sendAt: opening.toISO() }]);

    const requests = await chat.delivered(2, 90_000);
    expect(requests.map(({ data }) => data.followupId)).toEqual([first, second]);
    for (const { atMs } of requests) expect(atMs).toBeGreaterThanOrEqual(opening.toMillis());
    // The gateway has the second before the session has its answer.
    const decisions = await eventually('three decisions', async () => {
      const session = await chat.session();
      return session.decisions.length === 3 && session.decisions;
    });
    expect(decisions).toMatchObject([
      { followupId: first, status: 'queued' },
      { followupId: first, status: 'sent' },
      { followupId: second, status: 'sent' },
    ]);
  }, 120_000);

  it('sends nothing when the user replies before the delay, and says why', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 2 });
    const silent = conversation(stack, channelId);
    const replying = conversation(stack, channelId);
    await Promise.all([silent.says('agent'), replying.says('agent')]);
    await replying.says('user');
    // The silent one proves that the rule works and its time has passed.
    await silent.delivered(1);
    expect(replying.received()).toEqual([]);
    const session = await replying.session();
    expect(session).toMatchObject({ armed: false, followups: [{ status: 'skipped', reason: 'user_replied' }] });
    expect(session.followups[0].explanation).toMatch(/^Will not be sent: the user replied on /);
  });

  it('sends nothing after an operator took over, until the agent speaks again', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const [silent, taken] = [conversation(stack, channelId), conversation(stack, channelId)];
    await taken.says('agent');
    await taken.says('operator');
    await silent.says('agent');
    await silent.delivered(1);
    expect((await taken.session()).followups).toMatchObject([{ reason: 'operator_active' }]);
    expect(taken.received()).toEqual([]);
    await taken.says('agent');
    await taken.delivered(1);
  });

  it('sends two rules at their own delays', async () => {
    const { channelId } = await makeChannel(stack);
    const late = await makeFollowup(stack, channelId, { title: 'Late', delaySeconds: 3 });
    const early = await makeFollowup(stack, channelId, { title: 'Early', delaySeconds: 1 });
    const chat = conversation(stack, channelId);
    const at = new Date();
    await chat.says('agent', { at: at.toISOString() });
    const requests = await chat.delivered(2);
    expect(requests.map(({ data }) => [data.followupId, Date.parse(String(data.dueAt)) - at.getTime()])).toEqual([
      [early, 1_000],
      [late, 3_000],
    ]);
    requests.forEach(({ atMs, data }) => {
      expect(atMs).toBeGreaterThanOrEqual(Date.parse(String(data.dueAt)));
    });
  });

  it('moves the due time with each agent message', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 2 });
    const chat = conversation(stack, channelId);
    const first = new Date(Date.now() - 1_500);
    const last = new Date();
    await chat.says('agent', { at: first.toISOString() });
    await chat.says('agent', { at: last.toISOString() });
    const [request] = await chat.delivered(1);
    expect(request?.data.anchorAt).toBe(last.toISOString());
    expect(request?.atMs).toBeGreaterThanOrEqual(last.getTime() + 2_000);
  });

  it('counts a retried event once, whatever its time, and ignores the echo of a followup', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 1 });
    const chat = conversation(stack, channelId);
    const path = `/v1/channels/${channelId}/conversations/${chat.id}/messages`;
    const at = new Date().toISOString();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => stack.call('POST', path, { id: 'm-1', from: 'agent', at })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const [request] = await chat.delivered(1);
    expect(request?.data.anchorAt).toBe(at);
    await stack.expect(202, 'POST', path, { id: 'echo-1', from: 'agent', deliveryId: request?.data.deliveryId });
    const { lastAgentMessageAt, followups } = await chat.sent(1);
    expect(lastAgentMessageAt).toBe(at);
    expect(followups).toMatchObject([{ status: 'sent' }]);
    const { events } = await stack.client.workflow.getHandle(chat.workflowId).fetchHistory();
    expect(events?.filter((event) => event.workflowExecutionSignaledEventAttributes)).toHaveLength(1);
  });

  it('sends again in the next session, and records the response across sessions', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const [first] = await chat.delivered(1);
    await eventually(
      'the first to be noted as sent',
      async () => (await chat.session()).followups[0].status === 'sent',
    );
    await chat.end({ outcome: 'resolved' });
    await chat.closed();
    await chat.says('user');
    await chat.says('agent');
    const requests = await chat.delivered(2);
    expect(requests[1]?.webhookId).not.toBe(first?.webhookId);
    const delivery = await eventually('the response', async () => {
      const answered = await stack.expect(200, 'GET', `/v1/deliveries/${first?.webhookId}`);
      return answered.response && answered;
    });
    expect(delivery).toMatchObject({ followupId, status: 'sent', gatewayMessageId: `gw-${first?.webhookId}` });
    const sessions = await chat.sessions();
    expect(sessions).toMatchObject([{ status: 'open' }, { status: 'ended', endedBy: 'gateway', outcome: 'resolved' }]);
  });

  it('opens a new session for a message after the idle time, and ignores events of the old one', async () => {
    const { channelId } = await makeChannel(stack, { channel: { sessionIdleSeconds: 2 } });
    const chat = conversation(stack, channelId);
    const at = new Date();
    await chat.says('agent', { at: at.toISOString() });
    await chat.closed();
    const [ended] = await chat.sessions();
    expect(ended).toMatchObject({ endedBy: 'idle', endedAt: new Date(at.getTime() + 2_000).toISOString() });
    await chat.says('user', { at: new Date(at.getTime() + 500).toISOString() });
    expect(await stack.client.workflow.getHandle(chat.workflowId).result()).toEqual({ result: 'late' });
    expect(await chat.sessions()).toHaveLength(1);
    await chat.says('user');
    await eventually('the next session', async () => (await chat.sessions()).length === 2);
  });
});

describe('rules that change while sessions wait', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  it('sends nothing of a followup that was deactivated while it waited', async () => {
    const { channelId } = await makeChannel(stack);
    const off = await makeFollowup(stack, channelId, { title: 'Off', delaySeconds: 2 });
    const on = await makeFollowup(stack, channelId, { title: 'On', delaySeconds: 3 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.session();
    await stack.expect(200, 'POST', `/v1/followups/${off}/deactivate`);
    const [request] = await chat.delivered(1);
    expect(request?.data.followupId).toBe(on);
    const { followups, decisions } = await chat.sent(1);
    expect(followups).toMatchObject([
      { followupId: off, status: 'skipped', reason: 'inactive', explanation: 'Will not be sent: it was switched off.' },
      { followupId: on, status: 'sent' },
    ]);
    expect(decisions).toEqual(
      expect.arrayContaining([expect.objectContaining({ followupId: off, reason: 'inactive', detail: 'deactivated' })]),
    );
  });

  it('puts a new followup to work in sessions that are open, at once', async () => {
    const { channelId } = await makeChannel(stack);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.session();
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 2 });
    const [request] = await chat.delivered(1);
    expect(request?.data.followupId).toBe(followupId);
  });

  it('never fires a followup that is switched on at silences that are older than its delay', async () => {
    const { channelId } = await makeChannel(stack);
    const stale = conversation(stack, channelId);
    await stale.says('agent', { at: new Date(Date.now() - 10_000).toISOString() });
    await stale.session();
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 2 });
    const fresh = conversation(stack, channelId);
    await fresh.says('agent');
    await fresh.delivered(1);
    const told = await eventually('the reason', async () => {
      const { followups } = await stale.session();
      return followups[0]?.reason === 'retroactive' && followups[0];
    });
    expect(told).toMatchObject({ followupId, status: 'skipped' });
    expect(stale.received()).toEqual([]);
  });

  it('sends the text as it is at the first attempt', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 2, message: 'Before' });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.session();
    await stack.expect(200, 'PATCH', `/v1/followups/${followupId}`, { message: 'After' });
    const [request] = await chat.delivered(1);
    expect(request?.data.message).toBe('After');
  });

  it('releases what is queued at once when the hours are edited', async () => {
    const closed = { timeZone: 'UTC', availability: { mode: 'hours', weekly: [], exceptions: [] } };
    const opening = { ...closed, availability: { mode: 'hours', weekly: [weekly(2)], exceptions: [] } };
    const { channelId, agentId } = await makeChannel(stack, { identity: opening });
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await eventually('the queue', async () => (await chat.session()).followups[0].status === 'queued');
    await stack.expect(200, 'PATCH', `/v1/agents/${agentId}`, { identity: { availability: { mode: 'always' } } });
    await chat.delivered(1);
  });

  /** Hours on one weekday, so many days from now. */
  function weekly(days: number) {
    return {
      day: DateTime.utc().plus({ days }).setLocale('en').weekdayLong?.toLowerCase(),
      from: '09:00',
      to: '17:00',
    };
  }
});
