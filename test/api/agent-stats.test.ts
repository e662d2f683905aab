import { eq } from 'drizzle-orm';
import { foldDeliveryCounts } from '../../src/db/queries/fold-delivery-counts';
import { deliveries, erasedCounts } from '../../src/db/schema';
import { newId } from '../../src/ids';
import { startTestApi, type TestApi } from '../support/api';
import { storeDelivery, storeSession } from '../support/stored-history';
import { createAgent, createChannel, createFollowup } from '../support/things';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.stop());

const stats = (agentId: string, query = '') => api.request('GET', `/v1/agents/${agentId}/stats${query}`);

/** Sent on that day, and responded to or not. */
async function deliver(place: { agentId: string; channelId: string }, followupId: string, day: string, fields = {}) {
  const session = await storeSession(api, { ...place, conversationId: newId('ses') });
  const sentAt = new Date(`${day}T12:00:00Z`);
  return storeDelivery(api, session, followupId, { sentAt, sendAt: sentAt, ...fields });
}

const responded = (day: string) => ({ responseAt: new Date(`${day}T12:01:00Z`) });
const foldAll = async () => {
  while (await foldDeliveryCounts(api.deps.database.db));
};

test('each followup of the agent by day, on all its channels: folded, not folded, and erased', async () => {
  const agentId = (await createAgent(api)).id;
  const [one, other] = [(await createChannel(api, agentId)).id, (await createChannel(api, agentId)).id];
  const busy = (await createFollowup(api, [one, other])).id;
  const idle = (await createFollowup(api, [one])).id;
  const gone = (await createFollowup(api, [one])).id;
  const web = { agentId, channelId: one };
  await deliver(web, busy, '2026-03-01', responded('2026-03-01'));
  await deliver(web, busy, '2026-03-01');
  await foldAll();
  await deliver({ agentId, channelId: other }, busy, '2026-03-03', responded('2026-03-03'));
  await deliver(web, busy, '2026-03-03', { status: 'unknown', reason: 'unknown' });
  await deliver(web, busy, '2026-03-05', { status: 'unknown', reason: 'unknown' });
  await deliver(web, gone, '2026-03-03');
  await api.request('DELETE', `/v1/followups/${gone}`);
  const counted = { followupId: busy, channelId: one, date: '2026-03-03', sent: 2, responded: 1 };
  await api.deps.database.db.insert(erasedCounts).values(counted);

  const expected = {
    ...{ agentId, from: '2026-03-01', to: '2026-03-31', timeZone: 'Europe/Madrid' },
    followups: [
      {
        ...{ followupId: busy, sent: 5, unknown: 2, responded: 3, responseRate: 3 / 5 },
        daily: [
          { date: '2026-03-01', sent: 2, responded: 1 },
          { date: '2026-03-03', sent: 3, responded: 2 },
        ],
      },
      { followupId: idle, sent: 0, unknown: 0, responded: 0, responseRate: null, daily: [] },
    ],
  };
  const { status, body } = await stats(agentId, '?from=2026-03-01&to=2026-03-31');
  expect([status, body]).toEqual([200, expected]);
  await foldAll();
  expect((await stats(agentId, '?from=2026-03-01&to=2026-03-31')).body).toEqual(expected);
  expect((await stats(agentId, '?from=2026-03-02&to=2026-03-04')).body.followups[0]).toMatchObject({
    ...{ sent: 3, unknown: 1, responded: 2 },
    daily: [{ date: '2026-03-03', sent: 3, responded: 2 }],
  });
});

test('of the last 30 days by default, in the zone of the agent', async () => {
  const agentId = (await createAgent(api, { identity: { timeZone: 'Pacific/Kiritimati' } })).id;
  api.clock.offsetMs = Date.parse('2026-11-30T12:00:00Z') - Date.now();
  try {
    // Already the next day there.
    expect((await stats(agentId)).body).toMatchObject({ from: '2026-11-02', to: '2026-12-01', followups: [] });
    expect((await stats(agentId, '?to=2026-03-31')).body).toMatchObject({ from: '2026-03-02', to: '2026-03-31' });
  } finally {
    api.clock.offsetMs = 0;
  }
});

test('a wrong range, and an agent that is not there', async () => {
  const agentId = (await createAgent(api)).id;
  expect((await stats(agentId, '?from=2026-03-02&to=2026-03-01')).status).toBe(422);
  expect((await stats(agentId, '?from=yesterday')).status).toBe(422);
  expect((await stats(newId('agt'))).status).toBe(404);
});

test('what is sent on a playground counts nowhere', async () => {
  const agentId = (await createAgent(api)).id;
  const [channelId, playground] = [
    (await createChannel(api, agentId)).id,
    (await createChannel(api, agentId, { playground: true })).id,
  ];
  const followupId = (await createFollowup(api, [channelId, playground])).id;
  const today = new Date().toISOString().slice(0, 10);
  await deliver({ agentId, channelId }, followupId, today, responded(today));
  const tried = await deliver({ agentId, channelId: playground }, followupId, today, {
    ...{
      ...responded(today),
      responseAt: new Date(),
      surveyType: 'csat',
      surveyScore: 5,
      surveyAnsweredAt: new Date(),
    },
  });
  // What comes later counts no more than what was there.
  await api.deps.database.db.update(deliveries).set({ surveyScore: 1 }).where(eq(deliveries.id, tried.id));
  const once = { sent: 1, responded: 1, medianSecondsToResponse: 60 };
  for (const folded of [false, true]) {
    if (folded) await foldAll();
    expect((await stats(agentId)).body.followups).toMatchObject([{ sent: 1, responded: 1 }]);
    expect((await api.request('GET', `/v1/followups/${followupId}/stats`)).body).toMatchObject({
      ...once,
      survey: null,
    });
    const ofPlayground = await api.request('GET', `/v1/channels/${playground}/stats`);
    expect(ofPlayground.body).toMatchObject({ sent: 0, responded: 0, medianSecondsToResponse: null, surveys: [] });
  }
  await api.request('DELETE', `/v1/channels/${playground}/conversations/${tried.conversationId}`);
  expect(await api.deps.database.db.$count(erasedCounts, eq(erasedCounts.channelId, playground))).toBe(0);
  expect((await stats(agentId)).body.followups).toMatchObject([{ sent: 1, responded: 1 }]);
});
