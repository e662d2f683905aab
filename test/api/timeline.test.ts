import type { MessageFact, Sender } from '../../src/workflows/policy/session-state';
import { startTestApi, type TestApi } from '../support/api';
import { storeAttempt, storeDecision, storeDelivery, storeSession } from '../support/stored-history';
import { createAgent, createChannel, createFollowup, createKey } from '../support/things';

let api: TestApi;
let place: { agentId: string; channelId: string };
let followupId: string;
beforeAll(async () => {
  api = await startTestApi();
  const agentId = (await createAgent(api)).id;
  place = { agentId, channelId: (await createChannel(api, agentId)).id };
  followupId = (await createFollowup(api, [place.channelId])).id;
});
afterAll(() => api?.stop());

const at = (second: number) => new Date(Date.UTC(2026, 10, 30, 9, 0, second));
const says = (second: number, from: Sender, fields: Partial<MessageFact> = {}): MessageFact => ({
  ...{ kind: 'message', id: `${from}-${second}`, from, atMs: at(second).getTime(), awaiting: 'user' },
  ...{ receivedAtMs: null, ...fields },
});
const timeline = (sessionId: string, key?: string) =>
  api.request('GET', `/v1/sessions/${sessionId}/timeline`, key === undefined ? {} : { key });

type Item = { kind: string; at: string };
const told = ({ body }: { body: { items: Item[] } }) =>
  body.items.map((item) => [item.kind, (Date.parse(item.at) - at(0).getTime()) / 1_000]);

test('what happened in a session, the oldest first, and no text', async () => {
  const session = await storeSession(
    api,
    { ...place, conversationId: 'all' },
    {
      ...{ status: 'ended', startedAt: at(1), endedAt: at(50), endedBy: 'gateway', outcome: 'resolved' },
    },
  );
  const decidedOn = { lastUserMessageAt: null, lastOperatorMessageAt: null, planRevision: 1, availableUntil: null };
  const decision = { sessionId: session.id, followupId, anchorAt: at(5), dueAt: at(9), decidedOn };
  await storeDecision(api, { ...decision, sequence: 0, at: at(9), sendAt: at(20), status: 'queued', reason: 'queued' });
  await storeDecision(api, { ...decision, sequence: 1, at: at(22), status: 'sent', reason: 'sent' });
  const delivery = await storeDelivery(api, session, followupId, {
    ...{ message: 'Are you a secret?', sentAt: at(22), responseAt: at(30), receiptStatus: 'read', receiptAt: at(25) },
    ...{ surveyScore: 5, surveyComment: 'so secret', surveyAnsweredAt: at(26) },
  });
  const attempt = { deliveryId: delivery.id, durationMs: 42 };
  await storeAttempt(api, { ...attempt, attempt: 1, claimedAt: at(20), outcome: 'failed', httpStatus: 503 });
  await storeAttempt(api, { ...attempt, attempt: 2, claimedAt: at(21), outcome: 'sent', httpStatus: 200 });
  const messages = [says(30, 'user'), says(1, 'user'), says(2, 'agent'), says(5, 'agent', { awaiting: 'operator' })];
  api.sessions.reported = { messages, complete: true };

  const response = await timeline(session.id);
  expect(response.body.complete).toBe(true);
  const [second, fifth] = [at(2).toISOString(), at(5).toISOString()];
  const of = { deliveryId: delivery.id, followupId };
  expect(response.body.items).toEqual([
    { kind: 'opened', at: at(1).toISOString() },
    { kind: 'message', at: at(1).toISOString(), from: 'user', awaiting: null },
    { kind: 'message', at: second, from: 'agent', awaiting: 'user' },
    { kind: 'anchor', at: second, insteadOf: null },
    { kind: 'message', at: fifth, from: 'agent', awaiting: 'operator' },
    { kind: 'anchor', at: fifth, insteadOf: second },
    {
      ...{ kind: 'decision', at: at(9).toISOString(), followupId, status: 'queued', reason: 'queued', detail: null },
      ...{ dueAt: at(9).toISOString(), sendAt: at(20).toISOString() },
    },
    {
      ...{ kind: 'attempt', at: at(20).toISOString(), ...of, attempt: 1 },
      ...{ outcome: 'failed', httpStatus: 503, durationMs: 42 },
    },
    {
      ...{ kind: 'attempt', at: at(21).toISOString(), ...of, attempt: 2 },
      ...{ outcome: 'sent', httpStatus: 200, durationMs: 42 },
    },
    { kind: 'sent', at: at(22).toISOString(), ...of },
    { kind: 'receipt', at: at(25).toISOString(), ...of, status: 'read' },
    { kind: 'survey_answer', at: at(26).toISOString(), ...of, score: 5 },
    { kind: 'message', at: at(30).toISOString(), from: 'user', awaiting: null },
    { kind: 'response', at: at(30).toISOString(), ...of },
    { kind: 'ended', at: at(50).toISOString(), endedBy: 'gateway', outcome: 'resolved' },
  ]);
  expect(JSON.stringify(response.body)).not.toContain('secret');
});

test('an anchor is where the agent had the last word', async () => {
  const session = await storeSession(api, { ...place, conversationId: 'anchors' }, { startedAt: at(1) });
  const messages = [says(1, 'agent'), says(2, 'user'), says(3, 'agent'), says(4, 'agent'), says(4, 'user')];
  api.sessions.reported = {
    messages: [...messages, says(6, 'agent'), says(6, 'agent', { id: 'twin' })],
    complete: true,
  };
  const { body } = await timeline(session.id);
  const anchors = body.items.filter(({ kind }: Item) => kind === 'anchor');
  expect(anchors).toMatchObject([
    { at: at(1).toISOString(), insteadOf: null },
    { at: at(3).toISOString(), insteadOf: null },
    { at: at(6).toISOString(), insteadOf: null },
  ]);
});

test('messages of the sessions before and after are left out', async () => {
  const conversation = { ...place, conversationId: 'three' };
  const ended = (from: number, to: number, endedBy: 'gateway' | 'idle') =>
    storeSession(api, conversation, { status: 'ended', startedAt: at(from), endedAt: at(to), endedBy });
  const first = await ended(1, 10, 'gateway');
  const second = await ended(13, 30, 'idle');
  const third = await storeSession(api, conversation, { startedAt: at(25) });
  const seconds = [1, 10, 12, 20, 24, 25, 40];
  api.sessions.reported = { messages: seconds.map((second) => says(second, 'user')), complete: true };
  const messagesOf = async ({ id }: { id: string }) =>
    told(await timeline(id)).flatMap(([kind, second]) => (kind === 'message' ? [second] : []));
  expect(await messagesOf(first)).toEqual([1, 10]);
  // A message that came late may have been sent before the one that opened the session.
  expect(await messagesOf(second)).toEqual([12, 20, 24]);
  expect(told(await timeline(second.id))[0]).toEqual(['opened', 12]);
  expect(await messagesOf(third)).toEqual([25, 40]);
});

test('says when messages are missing', async () => {
  const session = await storeSession(api, { ...place, conversationId: 'gone' });
  api.sessions.reported = { messages: [], complete: false };
  expect((await timeline(session.id)).body).toMatchObject({ items: [{ kind: 'opened' }], complete: false });
});

test('Temporal is away: 503', async () => {
  const session = await storeSession(api, { ...place, conversationId: 'away' });
  api.sessions.before = () => Promise.reject(Object.assign(new Error('14 UNAVAILABLE'), { code: 14 }));
  try {
    const { status, body } = await timeline(session.id);
    expect([status, body.code]).toEqual([503, 'temporarily_unavailable']);
  } finally {
    api.sessions.before = async () => {};
  }
});

test('of a session that is not there, or that a key may not see', async () => {
  expect((await timeline(`ses_${'0'.repeat(32)}`)).status).toBe(404);
  const session = await storeSession(api, { ...place, conversationId: 'mine' });
  const other = (await createChannel(api, place.agentId)).id;
  const { key } = await createKey(api, { scope: 'gateway', channelIds: [other] });
  expect((await timeline(session.id, key)).status).toBe(403);
});
