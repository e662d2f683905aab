import { eventually } from '../../support/eventually';
import { answer200 } from '../../support/gateway';
import { conversation, makeChannel, makeFollowup, makeOldFollowup } from '../../support/scenario';
import { type Stack, startStack } from '../../support/stack';
import { told } from '../../support/told';

describe('decisions on rules that are edited while sessions wait', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());
  afterEach(() => {
    stack.gateway.answer = answer200;
  });

  const edit = (followupId: string, changes: object) =>
    stack.expect(200, 'PATCH', `/v1/followups/${followupId}`, changes);

  /** Long enough ago for a delay that was shortened to have passed. */
  const ago = (seconds: number) => ({ at: new Date(Date.now() - seconds * 1_000).toISOString() });

  it('message or survey edited while waiting: the new one, frozen at the first attempt for all attempts', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 2, message: 'One' });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await edit(followupId, { message: 'Two', surveyType: 'csat' });
    let refused = 0;
    stack.gateway.answer = async (request, response, incoming) => {
      refused += 1;
      if (refused > 1) return answer200(request, response, incoming);
      await edit(followupId, { message: 'Three', surveyType: null });
      response.writeHead(503).end();
    };
    const [first, second] = await chat.delivered(2);
    expect(first?.data).toMatchObject({ message: 'Two', survey: { type: 'csat' } });
    expect(second?.body).toBe(first?.body);
  });

  it('delay edited: it concerns live sessions at once', async () => {
    const { channelId } = await makeChannel(stack);
    const shorter = await makeFollowup(stack, channelId, { delaySeconds: 3_600 });
    const longer = await makeFollowup(stack, channelId, { delaySeconds: 4 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await edit(longer, { delaySeconds: 3_600 });
    await edit(shorter, { delaySeconds: 6 });
    const [request] = await chat.delivered(1);
    expect(request?.data.followupId).toBe(shorter);
    await told(chat, longer, { status: 'waiting' });
  });

  it('delay edited to one that has passed: retroactive, and not sent', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 3_600 });
    const chat = conversation(stack, channelId);
    await chat.says('agent', ago(30));
    await told(chat, followupId, { status: 'waiting' });
    await edit(followupId, { delaySeconds: 5 });
    await told(chat, followupId, { status: 'skipped', reason: 'retroactive' });
    // In the next silence it is at work like any other.
    await chat.says('agent');
    await chat.delivered(1);
  });

  it('one already queued stays queued when only its delay changes', async () => {
    const identity = {
      timeZone: 'UTC',
      availability: { mode: 'hours', weekly: [], exceptions: [openIn(7)] },
    };
    const { agentId, channelId } = await makeChannel(stack, { identity });
    const followupId = await makeOldFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent', ago(5));
    await told(chat, followupId, { status: 'queued' });
    const { planRevision } = await stack.expect(200, 'GET', `/v1/channels/${channelId}`);
    await edit(followupId, { delaySeconds: 2 });
    await eventually('the plan', async () => (await chat.session()).planRevision > planRevision);
    await told(chat, followupId, { status: 'queued' });
    await stack.expect(200, 'PATCH', `/v1/agents/${agentId}`, { identity: { availability: { mode: 'always' } } });
    await chat.delivered(1);
  });

  const openIn = (days: number) => ({
    date: new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
    hours: [{ from: '09:00', to: '17:00' }],
  });

  it('followup deactivated, and on again before the due time: it goes on', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 5 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await stack.expect(200, 'POST', `/v1/followups/${followupId}/deactivate`);
    await stack.expect(200, 'POST', `/v1/followups/${followupId}/activate`);
    await chat.delivered(1);
  });

  it('followup deactivated: a due time that passed while it was off is not made up, nor what was queued', async () => {
    const identity = { timeZone: 'UTC', availability: { mode: 'hours', weekly: [], exceptions: [openIn(7)] } };
    const { agentId, channelId } = await makeChannel(stack, { identity });
    const queued = await makeFollowup(stack, channelId, { delaySeconds: 1 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await told(chat, queued, { status: 'queued' });
    await stack.expect(200, 'POST', `/v1/followups/${queued}/deactivate`);
    await told(chat, queued, { status: 'skipped', reason: 'inactive' });
    await stack.expect(200, 'POST', `/v1/followups/${queued}/activate`);
    await stack.expect(200, 'PATCH', `/v1/agents/${agentId}`, { identity: { availability: { mode: 'always' } } });
    await told(chat, queued, { status: 'skipped', reason: 'retroactive' });
    expect(chat.received()).toEqual([]);
  });

  it.each([
    ['deleted', (followupId: string) => stack.expect(204, 'DELETE', `/v1/followups/${followupId}`)],
    [
      'unassigned',
      async (followupId: string, agentId: string) => {
        const other = await stack.expect(201, 'POST', '/v1/channels', {
          agentId,
          name: 'Another',
          endpoint: { url: stack.gateway.url },
        });
        await edit(followupId, { channelIds: [other.id] });
      },
    ],
  ])('followup %s: nothing of it is sent, and the detail says so', async (detail, takeAway) => {
    const { agentId, channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 3 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.session();
    await takeAway(followupId, agentId);
    await eventually('the decision', async () => {
      const { decisions } = await chat.session();
      return decisions.some(
        (each: { followupId: string; reason: string; detail: string }) =>
          each.followupId === followupId && each.reason === 'inactive' && each.detail === detail,
      );
    });
    expect(chat.received()).toEqual([]);
  });

  it('channel deleted: its sessions end, nothing more is sent, and its history stays', async () => {
    const { channelId } = await makeChannel(stack);
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 3 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.session();
    await stack.expect(204, 'DELETE', `/v1/channels/${channelId}`);
    await chat.closed();
    const { items } = await stack.expect(200, 'GET', `/v1/sessions?channelId=${channelId}`);
    expect(items).toMatchObject([
      { status: 'ended', endedBy: 'channel_deleted', followups: [{ followupId, reason: 'channel_deleted' }] },
    ]);
    expect(chat.received()).toEqual([]);
  });

  it('agent deleted with channels: 409', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    const { status, body } = await stack.call('DELETE', `/v1/agents/${agentId}`);
    expect([status, body.code]).toEqual([409, 'conflict']);
    await stack.expect(204, 'DELETE', `/v1/channels/${channelId}`);
    await stack.expect(204, 'DELETE', `/v1/agents/${agentId}`);
  });
});
