import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime } from 'luxon';
import { readEvents } from '../support/events';
import { eventually } from '../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

// Some wait for Temporal to delete a history, which takes it up to a minute.
jest.setTimeout(180_000);

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();
const away = {
  timeZone: 'UTC',
  availability: {
    mode: 'hours',
    weekly: [
      { day: DateTime.utc().plus({ days: 2 }).setLocale('en').weekdayLong?.toLowerCase(), from: '09:00', to: '17:00' },
    ],
  },
};

describe('a backlog reported late', () => {
  type Line = { from: 'agent' | 'user' | 'operator'; at: string; conversationId: string };
  const report = (channelId: string, lines: Line[]) =>
    stack.expect(200, 'POST', '/v1/messages/batch', {
      messages: lines.map((line) => ({ channelId, id: randomUUID(), ...line })),
    });

  it('of hours, for many conversations in one batch, is no blast', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 2, maxLatenessSeconds: 86_400 });
    await backdate(followupId);
    const stale = Array.from({ length: 40 }, (_, index) => `stale-${index}`);
    const lines = stale.flatMap((conversationId, index): Line[] => [
      // In no order, as a program writes out what it kept.
      { conversationId, from: 'agent', at: ago(10_000 - index) },
      { conversationId, from: 'user', at: ago(12_000) },
      { conversationId, from: 'agent', at: ago(14_000) },
    ]);
    const fresh = conversation(stack, channelId, 'fresh');
    const { results } = await report(channelId, [
      ...lines,
      { conversationId: 'fresh', from: 'user', at: ago(9_000) },
      { conversationId: 'fresh', from: 'agent', at: ago(0) },
    ]);
    expect(new Set(results.map(({ status }: { status: number }) => status))).toEqual(new Set([202]));
    await fresh.delivered(1);
    expect(stack.gateway.received.filter(({ data }) => String(data.conversationId).startsWith('stale'))).toEqual([]);
    for (const id of ['stale-0', 'stale-39']) {
      const { followups, lastAgentMessageAt } = await conversation(stack, channelId, id).session();
      expect(followups).toMatchObject([{ followupId, status: 'skipped', reason: 'reported_late' }]);
      expect(Date.parse(lastAgentMessageAt)).toBeLessThan(Date.now() - 9_000_000);
    }
  });

  it('is applied per conversation as a whole, in order of time, before anything is decided', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 1 });
    await backdate(followupId);
    // Alone, the agent's message would be due at once; the reply stands after it in time and before it in the batch.
    const ids = Array.from({ length: 20 }, () => `c-${randomUUID()}`);
    await report(
      channelId,
      ids.flatMap((conversationId): Line[] => [
        { conversationId, from: 'user', at: ago(20) },
        { conversationId, from: 'agent', at: ago(30) },
      ]),
    );
    const after = conversation(stack, channelId);
    await after.says('agent');
    await after.delivered(1);
    for (const id of ids) {
      const chat = conversation(stack, channelId, id);
      expect((await chat.session()).followups).toMatchObject([{ status: 'skipped', reason: 'user_replied' }]);
      expect(chat.received()).toEqual([]);
      const { events } = await stack.client.workflow.getHandle(chat.workflowId).fetchHistory();
      expect(events?.filter((event) => event.workflowExecutionSignaledEventAttributes)).toHaveLength(1);
    }
  });

  it('counts once, however often it is sent', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 3_600 });
    const chat = conversation(stack, channelId);
    const messages = ['a', 'b', 'c'].map((id, index) => ({
      ...{ channelId, conversationId: chat.id, id, at: ago(3 - index) },
      from: index === 1 ? 'user' : 'agent',
    }));
    await Promise.all(Array.from({ length: 10 }, () => stack.expect(200, 'POST', '/v1/messages/batch', { messages })));
    expect((await chat.session()).lastAgentMessageAt).toBe(messages[2]?.at);
    // The server knows a signal again within a run; a parked session has many.
    if (stack.parkMs !== null) return;
    const { events } = await stack.client.workflow.getHandle(chat.workflowId).fetchHistory();
    expect(events?.filter((event) => event.workflowExecutionSignaledEventAttributes)).toHaveLength(1);
  });

  it('takes 500 messages of 125 conversations in one request', async () => {
    const { channelId } = await makeChannel(stack);
    let left = Array.from({ length: 500 }, (_, index) => {
      const from = index < 250 ? 'agent' : 'user';
      return { channelId, conversationId: `load-${index % 125}`, id: `m-${index}`, from, at: ago(500 - index) };
    });
    const at = left[7 + 375]?.at;
    // On a busy machine some have to be sent again, as their results say.
    await eventually(
      'all of them to be taken',
      async () => {
        const { results } = await stack.expect(200, 'POST', '/v1/messages/batch', { messages: left });
        left = left.filter((_, index) => results[index].status !== 202);
        return left.length === 0;
      },
      60_000,
    );
    const session = await eventually('the session', async () => {
      const { status, body } = await stack.call('GET', `/v1/channels/${channelId}/conversations/load-7/session`);
      return status === 200 && body;
    });
    expect([session.armed, session.lastUserMessageAt]).toEqual([false, at]);
    await eventually(
      'the others',
      async () => {
        const [row] = await stack.database.sql`select count(*)::int as n from sessions where channel_id = ${channelId}`;
        return row?.n === 125;
      },
      60_000,
    );
  });
});

describe('an opted-out conversation', () => {
  const optOut = (channelId: string, id: string, method: 'PUT' | 'DELETE') =>
    stack.expect(204, method, `/v1/channels/${channelId}/conversations/${id}/opt-out`);

  it('is silent, and says so; opted in again the next silence works', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 6 });
    const [chat, other] = [conversation(stack, channelId), conversation(stack, channelId)];
    await chat.says('agent');
    await chat.session();
    await optOut(channelId, chat.id, 'PUT');
    await optOut(channelId, chat.id, 'PUT');
    const told = await chat.session();
    expect(told.followups).toMatchObject([{ status: 'skipped', reason: 'opted_out' }]);
    expect(told.followups[0].explanation).toMatch(/opted out/);
    // Later than its due time.
    await other.says('agent');
    await other.delivered(1, 30_000);
    const { decisions } = await eventually('the decision', async () => {
      const session = await chat.session();
      return session.decisions.length > 0 && session;
    });
    expect(decisions).toMatchObject([{ status: 'skipped', reason: 'opted_out' }]);
    expect(chat.received()).toEqual([]);

    await optOut(channelId, chat.id, 'DELETE');
    // What came due meanwhile is not made up for.
    expect((await chat.session()).followups).toMatchObject([{ status: 'skipped', reason: 'opted_out' }]);
    await chat.says('agent');
    await chat.delivered(1);
  });

  it('stays silent in the sessions to come, and drops what is queued', async () => {
    const { channelId, agentId } = await makeChannel(stack, { identity: away });
    await makeFollowup(stack, channelId);
    const queued = conversation(stack, channelId);
    const later = conversation(stack, channelId);
    await optOut(channelId, later.id, 'PUT');
    await queued.says('agent');
    const rowIs = (status: string) => async () => {
      const { items } = await stack.expect(200, 'GET', `/v1/deliveries?conversationId=${queued.id}`);
      return items[0]?.status === status && items[0];
    };
    // The row: the session knows before it is written.
    await eventually('the queued delivery', rowIs('queued'));
    await optOut(channelId, queued.id, 'PUT');
    await later.says('agent');
    const skipped = await eventually('the skipped delivery', rowIs('skipped'));
    expect(skipped.reason).toBe('opted_out');
    expect((await later.session()).followups).toMatchObject([{ reason: 'opted_out' }]);
    await stack.expect(200, 'PATCH', `/v1/agents/${agentId}`, { identity: { availability: { mode: 'always' } } });
    const control = conversation(stack, channelId);
    await control.says('agent');
    await control.delivered(1);
    expect([...queued.received(), ...later.received()]).toEqual([]);
  });

  it('acknowledged means that no request begins, at whatever moment it comes', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 1 });
    const rounds = Array.from({ length: 24 }, async () => {
      const chat = conversation(stack, channelId);
      const at = new Date();
      await chat.says('agent', { at: at.toISOString() });
      await sleep(Math.max(0, at.getTime() + 850 + Math.random() * 400 - Date.now()));
      await optOut(channelId, chat.id, 'PUT');
      return { chat, acknowledgedAtMs: Date.now() };
    });
    const chats = await Promise.all(rounds);
    const control = conversation(stack, channelId);
    await control.says('agent');
    await control.delivered(1);
    for (const { chat, acknowledgedAtMs } of chats) {
      const begun = await stack.database.sql<{ at: string }[]>`
        select a.sending_at::text as at from delivery_attempts a join deliveries d on d.id = a.delivery_id
        where d.conversation_id = ${chat.id} and a.sending_at is not null`;
      expect(begun).toHaveLength(chat.received().length);
      for (const { at } of begun) expect(Date.parse(at)).toBeLessThanOrEqual(acknowledgedAtMs + 1);
    }
  });
});

describe('the erasure of a conversation', () => {
  const erase = (channelId: string, id: string, status = 204) =>
    stack.expect(status, 'DELETE', `/v1/channels/${channelId}/conversations/${id}`);

  /** The same on a busy machine: as documented it is repeated after a 503, after which it may be gone already. */
  const eraseAtLast = (channelId: string, id: string) =>
    eventually('the erasure', async () => {
      const { status } = await stack.call('DELETE', `/v1/channels/${channelId}/conversations/${id}`);
      if (![204, 404, 503].includes(status)) throw new Error(`The erasure answered ${status}`);
      return status !== 503;
    });

  /** The runs that Temporal still knows of a conversation. */
  async function runsOf(workflowId: string): Promise<number> {
    let runs = 0;
    for await (const _ of stack.client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) runs += 1;
    return runs;
  }
  const gone = async (channelId: string, id: string, workflowId: string) => {
    // Temporal takes up to a minute for those that had ended a moment before.
    await eventually('the end of its runs', async () => (await runsOf(workflowId)) === 0, 90_000);
    const tables = await stack.database.sql`
      select (select count(*)::int from sessions where conversation_id = ${id} and channel_id = ${channelId})
        + (select count(*)::int from deliveries where conversation_id = ${id} and channel_id = ${channelId})
        + (select count(*)::int from stream_events where data->>'conversationId' = ${id}) as n`;
    expect(tables[0]?.n).toBe(0);
    await stack.expect(404, 'GET', `/v1/channels/${channelId}/conversations/${id}/session`);
  };

  it('while a followup waits: nothing is sent, nothing is left, and a later message opens a new session', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 2 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const before = await chat.session();
    await erase(channelId, chat.id);
    await gone(channelId, chat.id, chat.workflowId);
    await erase(channelId, chat.id, 404);
    const control = conversation(stack, channelId);
    await control.says('agent');
    await control.delivered(1);
    expect(chat.received()).toEqual([]);

    await chat.says('agent');
    const [request] = await chat.delivered(1);
    const after = await chat.session();
    expect(after.id).not.toBe(before.id);
    expect(request?.data.sessionId).toBe(after.id);
    expect(await chat.sessions()).toHaveLength(1);
  });

  it('while one is queued, on a channel that hashes conversation ids', async () => {
    const { channelId, agentId } = await makeChannel(stack, {
      identity: away,
      channel: { hashConversationIds: true },
    });
    await makeFollowup(stack, channelId);
    const given = '+34600111222';
    const path = `/v1/channels/${channelId}/conversations/${given}`;
    const { conversationId, workflowId } = await stack.expect(202, 'POST', `${path}/messages`, {
      ...{ id: '1', from: 'agent' },
    });
    await eventually('the queue', async () => {
      const { followups } = await stack.expect(200, 'GET', `${path}/session`);
      return followups[0]?.status === 'queued';
    });
    await erase(channelId, given);
    await gone(channelId, conversationId, workflowId);
    await stack.expect(200, 'PATCH', `/v1/agents/${agentId}`, { identity: { availability: { mode: 'always' } } });
    const control = conversation(stack, channelId, 'control');
    await control.says('agent');
    await eventually('the delivery to another', () =>
      stack.gateway.received.some((each) => each.data.channelId === channelId),
    );
    expect(stack.gateway.of(conversationId)).toEqual([]);
  });

  it('erases all sessions, of whose numbers the statistics keep count', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    for (let round = 1; round <= 2; round++) {
      await chat.says('agent');
      await chat.delivered(round);
      await eventually('the send to be noted', async () => (await chat.session()).followups[0].status === 'sent');
      await chat.says('user');
      await eventually('the response', async () => {
        const { items } = await stack.expect(200, 'GET', `/v1/deliveries?conversationId=${chat.id}`);
        return items[0]?.response;
      });
      await chat.end();
      await chat.closed();
    }
    await erase(channelId, chat.id);
    await gone(channelId, chat.id, chat.workflowId);
    const counts = await stack.database.sql`
      select sum(sent)::int as sent, sum(responded)::int as responded from erased_counts where followup_id = ${followupId}`;
    expect(counts).toEqual([{ sent: 2, responded: 2 }]);
  });

  it('at whatever moment it comes, acknowledged means that no request begins and no row is written any more', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 1 });
    const chats = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const chat = conversation(stack, channelId);
        const at = new Date();
        await chat.says('agent', { at: at.toISOString() });
        // Some while it is being opened, the others while it is being sent to.
        const pauseMs = index < 6 ? 0 : Math.max(0, at.getTime() + 850 + Math.random() * 400 - Date.now());
        await sleep(pauseMs);
        await eraseAtLast(channelId, chat.id);
        return { chat, acknowledgedAtMs: Date.now() };
      }),
    );
    const control = conversation(stack, channelId);
    await control.says('agent');
    await control.delivered(1);
    for (const { chat, acknowledgedAtMs } of chats) {
      // What had begun before is read by the gateway a little later.
      for (const { atMs } of chat.received()) expect(atMs).toBeLessThan(acknowledgedAtMs + 1_000);
      await gone(channelId, chat.id, chat.workflowId);
    }
  });

  it('which a message races is either before it or after it: no session is left without a workflow', async () => {
    const { channelId } = await makeChannel(stack);
    const chats = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const chat = conversation(stack, channelId);
        await chat.says('agent');
        await Promise.all([
          chat.says('user'),
          eraseAtLast(channelId, chat.id),
          sleep(Math.random() * 20).then(() => chat.says('agent')),
        ]);
        return chat;
      }),
    );
    for (const chat of chats) {
      await eventually(
        'rows and workflow to agree',
        async () => {
          const rows = await stack.database.sql`
          select status from sessions where conversation_id = ${chat.id} and status = 'open'`;
          const running = await stack.client.workflow
            .getHandle(chat.workflowId)
            .describe()
            .then(({ status }) => status.name === 'RUNNING')
            .catch(() => false);
          return running === (rows.length === 1);
        },
        40_000,
      );
      // And it goes on as any other.
      await chat.says('agent');
      await eventually('the session', async () => (await chat.session()).armed === true, 40_000);
    }
  });
});

describe('the stream of events', () => {
  it('tells of a followup from beginning to end, to a client that is cut off all the time', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    const query = `?channelId=${channelId}`;
    let reader = await readEvents(stack.baseUrl, stack.adminKey, { query });
    const heard: string[] = [];
    const until = (type: string) =>
      eventually(`the event ${type}`, async () => {
        const came = reader.events.map((event) => event.type);
        const lastEventId = reader.lastEventId();
        reader.close();
        heard.push(...came);
        reader = await readEvents(stack.baseUrl, stack.adminKey, { query, lastEventId });
        return heard.includes(type);
      });
    await chat.says('agent');
    await until('delivery.sent');
    await chat.says('user');
    await until('delivery.responded');
    await chat.end({ outcome: 'resolved' });
    await until('session.ended');
    reader.close();
    expect(heard).toEqual([
      'session.opened',
      'delivery.sending',
      'delivery.sent',
      'delivery.responded',
      'session.ended',
    ]);
    expect(followupId).toMatch(/^flw_/);
  });

  it('resumed by Last-Event-ID misses nothing across 200 sessions under concurrency', async () => {
    const { channelId } = await makeChannel(stack);
    const query = `?channelId=${channelId}`;
    let reader = await readEvents(stack.baseUrl, stack.adminKey, { query });
    const heard: { id: string; sessionId: string; type: string }[] = [];
    // Eight gateways at once, each of which sends again what was not taken.
    const reports = Promise.all(
      Array.from({ length: 8 }, async (_, gateway) => {
        let left = Array.from({ length: 25 }, (_each, index) => ({
          ...{ channelId, conversationId: `many-${gateway}-${index}`, id: '1', from: 'agent' },
        }));
        await eventually(
          'all of them to be taken',
          async () => {
            const { results } = await stack.expect(200, 'POST', '/v1/messages/batch', { messages: left });
            left = left.filter((_message, index) => results[index].status !== 202);
            return left.length === 0;
          },
          60_000,
        );
      }),
    );
    await eventually(
      'all 200 to be heard of',
      async () => {
        // Cut off in the middle, while events are under way.
        reader.close();
        const lastEventId = reader.lastEventId();
        heard.push(...reader.events.map(({ id, type, data }) => ({ id, type, sessionId: data.sessionId })));
        reader = await readEvents(stack.baseUrl, stack.adminKey, { query, lastEventId });
        await sleep(150);
        return heard.length >= 200;
      },
      90_000,
    );
    await reports;
    reader.close();
    const rows = await stack.database.sql`select id from sessions where channel_id = ${channelId}`;
    const made = rows.map(({ id }) => String(id)).sort();
    expect(made).toHaveLength(200);
    expect(heard.map(({ type }) => type)).toEqual(made.map(() => 'session.opened'));
    expect(heard.map(({ sessionId }) => sessionId).sort()).toEqual(made);
  });
});

/** As if the rule had been there for long, so that an old silence is not too old for it. */
async function backdate(followupId: string): Promise<void> {
  await stack.database.sql`
    update followups set activated_at = now() - interval '7 days', delay_edited_at = now() - interval '7 days'
    where id = ${followupId}`;
  await stack.database.sql`
    update followup_channels set assigned_at = now() - interval '7 days' where followup_id = ${followupId}`;
}
