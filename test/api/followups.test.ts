import { eq } from 'drizzle-orm';
import { followupChannels, followups } from '../../src/db/schema';
import { startTestApi, type TestApi } from '../support/api';
import { createAgent, createChannel, createFollowup, followupBody } from '../support/things';

let api: TestApi;
let agentId: string;
let one: string;
let other: string;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.stop());
beforeEach(async () => {
  agentId = (await createAgent(api)).id;
  one = (await createChannel(api, agentId)).id;
  other = (await createChannel(api, agentId)).id;
  api.rollouts.length = 0;
});

const revisions = async () =>
  Promise.all([one, other].map(async (id) => (await api.request('GET', `/v1/channels/${id}`)).body.planRevision));

const row = async (followupId: string) => {
  const [found] = await api.deps.database.db.select().from(followups).where(eq(followups.id, followupId));
  if (!found) throw new Error('no such row');
  return found;
};

const assignments = async (followupId: string) =>
  new Map(
    (await api.deps.database.db.select().from(followupChannels).where(eq(followupChannels.followupId, followupId))).map(
      (assignment) => [assignment.channelId, assignment.assignedAt.getTime()],
    ),
  );

test('a followup goes through its life', async () => {
  const body = followupBody([one, other], {
    surveyType: 'csat',
    trigger: 'conversation_over',
    cooldownSeconds: 0,
    maxLatenessSeconds: 60,
    status: 'inactive',
  });
  const made = await api.request('POST', '/v1/followups', { body });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ ...body, agentId, revision: 1, warnings: [] });
  const path = `/v1/followups/${made.body.id}`;
  expect([made.headers.get('location'), made.headers.get('etag')]).toEqual([path, '"1"']);
  expect((await api.request('GET', path)).body).toEqual(made.body);

  const edited = await api.request('PATCH', path, { body: { surveyType: null, trigger: null, title: 'Hello?' } });
  expect(edited.body).toMatchObject({ surveyType: null, trigger: 'no_reply', title: 'Hello?', revision: 2 });
  const stale = { headers: { 'if-match': '"1"' } };
  expect((await api.request('PATCH', path, { body: { title: 'x' }, ...stale })).status).toBe(412);
  expect((await api.request('POST', `${path}/activate`, stale)).status).toBe(412);
  expect((await api.request('DELETE', path, stale)).status).toBe(412);
  expect((await api.request('DELETE', path)).status).toBe(204);
  for (const method of ['GET', 'DELETE']) expect((await api.request(method, path)).status).toBe(404);
  expect((await api.request('POST', `${path}/activate`)).status).toBe(404);
  expect((await api.request('GET', `/v1/followups?channelId=${one}`)).body.items).toEqual([]);
});

test('what is left out has a default: active, and at work at once', async () => {
  expect(await createFollowup(api, [one])).toMatchObject({
    surveyType: null,
    trigger: 'no_reply',
    cooldownSeconds: null,
    maxLatenessSeconds: null,
    status: 'active',
  });
});

test('texts are counted in characters, and kept as they are', async () => {
  const message = '👋'.repeat(4_096);
  expect((await createFollowup(api, [one], { message, title: ' <b>%_\\ ' })).message).toBe(message);
  const response = await api.request('POST', '/v1/followups', {
    body: followupBody([one], { message: `${message}👋` }),
  });
  expect(response.status).toBe(422);
});

test('a delay that can never fit the messaging window is accepted with a warning', async () => {
  const narrow = await createChannel(api, agentId, { messagingWindowSeconds: 3_600 });
  const sending = await createChannel(api, agentId, { messagingWindowSeconds: 3_600, outsideWindow: 'send' });
  const at = async (delaySeconds: number, channelId: string) =>
    (await createFollowup(api, [one, channelId], { delaySeconds })).warnings;
  expect(await at(3_300, narrow.id)).toEqual([]);
  expect(await at(3_301, sending.id)).toEqual([]);
  const [warning, ...others] = await at(3_301, narrow.id);
  expect(others).toEqual([]);
  expect(warning.code).toBe('never_within_messaging_window');
  expect(warning.message).toContain(narrow.id);
});

describe('sessions learn', () => {
  test('of one that is created', async () => {
    await createFollowup(api, [one]);
    expect(await revisions()).toEqual([2, 1]);
    expect(api.rollouts).toEqual([[one]]);
  });

  test.each<[string, () => object, [number, number]]>([
    ['a title', () => ({ title: 'Hello?' }), [3, 1]],
    ['a message', () => ({ message: 'Hello?' }), [3, 1]],
    ['a delay', () => ({ delaySeconds: 5 }), [3, 1]],
    ['its status', () => ({ status: 'inactive' }), [3, 1]],
    ['its channels: one more', () => ({ channelIds: [one, other] }), [3, 2]],
    ['its channels: another', () => ({ channelIds: [other] }), [3, 2]],
    ['nothing', () => ({ title: 'Still there?', channelIds: [one] }), [2, 1]],
  ])('of an edit of %s', async (_what, patch, expected) => {
    const followup = await createFollowup(api, [one]);
    api.rollouts.length = 0;
    const edited = await api.request('PATCH', `/v1/followups/${followup.id}`, { body: patch() });
    expect(edited.status).toBe(200);
    expect(await revisions()).toEqual(expected);
    const concerned = [one, other].filter((_id, index) => expected[index] !== [2, 1][index]);
    expect(api.rollouts.map((ids) => [...ids].sort())).toEqual(concerned.length > 0 ? [concerned.sort()] : []);
  });

  test('of one that is deleted', async () => {
    const followup = await createFollowup(api, [one, other]);
    api.rollouts.length = 0;
    await api.request('DELETE', `/v1/followups/${followup.id}`);
    expect(await revisions()).toEqual([3, 3]);
    expect(api.rollouts).toEqual([[one, other]]);
  });

  test('even when the rollout cannot be started: the change stands', async () => {
    const failing = await startTestApi({ rollouts: { start: () => Promise.reject(new Error('away')) } });
    try {
      const agent = await createAgent(failing);
      const channel = await createChannel(failing, agent.id);
      await createFollowup(failing, [channel.id]);
      expect((await failing.request('GET', `/v1/channels/${channel.id}`)).body.planRevision).toBe(2);
    } finally {
      await failing.stop();
    }
  });

  test('of every one of many changes at once', async () => {
    const changes = Array.from({ length: 10 }, (_, index) =>
      createFollowup(api, index % 2 ? [one, other] : [other, one], { title: `Rule ${index}` }),
    );
    await Promise.all(changes);
    expect(await revisions()).toEqual([11, 11]);
  });
});

describe('activate and deactivate', () => {
  test('do it once', async () => {
    const followup = await createFollowup(api, [one], { status: 'inactive' });
    const path = `/v1/followups/${followup.id}`;
    const before = (await row(followup.id)).activatedAt.getTime();
    api.clock.offsetMs += 60_000;
    const first = await api.request('POST', `${path}/activate`);
    expect([first.status, first.body.status, first.body.revision]).toEqual([200, 'active', 2]);
    expect(first.headers.get('etag')).toBe('"2"');
    const activatedAt = (await row(followup.id)).activatedAt.getTime();
    expect(activatedAt).toBeGreaterThan(before);

    api.clock.offsetMs += 60_000;
    const again = await api.request('POST', `${path}/activate`);
    expect(again.body).toEqual(first.body);
    expect((await row(followup.id)).activatedAt.getTime()).toBe(activatedAt);
    expect(await revisions()).toEqual([3, 1]);

    const off = await api.request('POST', `${path}/deactivate`, { body: {} });
    expect([off.body.status, off.body.revision]).toEqual(['inactive', 3]);
    expect((await row(followup.id)).activatedAt.getTime()).toBe(activatedAt);
    expect((await api.request('POST', `${path}/deactivate`)).body.revision).toBe(3);
  });
});

test('only what counts for due times moves their bounds', async () => {
  const followup = await createFollowup(api, [one]);
  const path = `/v1/followups/${followup.id}`;
  const first = await row(followup.id);
  const assigned = (await assignments(followup.id)).get(one);
  api.clock.offsetMs += 60_000;
  await api.request('PATCH', path, { body: { title: 'a', message: 'b', surveyType: 'nps', channelIds: [one, other] } });
  expect(await row(followup.id)).toMatchObject({ activatedAt: first.activatedAt, delayEditedAt: first.delayEditedAt });
  const then = await assignments(followup.id);
  expect(then.get(one)).toBe(assigned);
  expect(then.get(other)).toBeGreaterThan(assigned ?? Number.POSITIVE_INFINITY);

  await api.request('PATCH', path, { body: { delaySeconds: 5 } });
  const edited = await row(followup.id);
  expect(edited.activatedAt).toEqual(first.activatedAt);
  expect(edited.delayEditedAt.getTime()).toBeGreaterThan(first.delayEditedAt.getTime());

  // Off a channel and on again: assigned anew.
  await api.request('PATCH', path, { body: { channelIds: [other] } });
  api.clock.offsetMs += 60_000;
  await api.request('PATCH', path, { body: { channelIds: [other, one] } });
  const last = await assignments(followup.id);
  expect(last.get(one)).toBeGreaterThan(then.get(other) ?? Number.POSITIVE_INFINITY);
  expect(last.get(other)).toBe(then.get(other));
});

test('lists are filtered by channel, status and words', async () => {
  const a = await createFollowup(api, [one], { title: 'Still THERE?', message: 'x' });
  const b = await createFollowup(api, [other], { title: 'b', message: 'are you still there', status: 'inactive' });
  const c = await createFollowup(api, [one, other], { title: '100 % sure_' });
  const ids = async (query: string) =>
    (await api.request('GET', `/v1/followups?agentId=${agentId}&${query}`)).body.items.map(
      (item: { id: string }) => item.id,
    );
  expect(await ids('')).toEqual([c.id, b.id, a.id]);
  expect(await ids(`channelId=${one}`)).toEqual([c.id, a.id]);
  expect(await ids('status=inactive')).toEqual([b.id]);
  expect(await ids('q=still+there')).toEqual([c.id, b.id, a.id]);
  expect(await ids('q=X')).toEqual([a.id]);
  expect(await ids('q=0 %25 s')).toEqual([c.id]);
  expect(await ids('q=sure_')).toEqual([c.id]);
  expect(await ids('q=%25')).toEqual([c.id]);
  expect(await ids(`status=active&channelId=${other}`)).toEqual([c.id]);
});
