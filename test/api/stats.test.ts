import { eq, sql } from 'drizzle-orm';
import { markSent } from '../../src/db/queries/claims';
import { foldDeliveryCounts } from '../../src/db/queries/fold-delivery-counts';
import { recordResponse } from '../../src/db/queries/responses';
import {
  agents,
  channels,
  deliveries,
  deliveryCountChanges,
  erasedCounts,
  type SurveyType,
  sessions,
} from '../../src/db/schema';
import { newId } from '../../src/ids';
import { startTestApi, type TestApi } from '../support/api';
import { storeDelivery, storeSession } from '../support/stored-history';
import { createAgent, createChannel, createFollowup } from '../support/things';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.stop());

/** An agent with a channel, both as old as the tests need them. */
async function channel(fields: { identity?: object } = {}) {
  const agentId = (await createAgent(api, fields)).id;
  const { id: channelId } = await createChannel(api, agentId);
  return { agentId, channelId };
}

type Place = { agentId: string; channelId: string };
type Fields = Partial<typeof deliveries.$inferInsert> & { outcome?: 'resolved' | 'unresolved' };

async function deliver(place: Place, followupId: string, { outcome, ...fields }: Fields = {}) {
  const session = await storeSession(
    api,
    { ...place, conversationId: `c-${newId('ses')}` },
    outcome === undefined ? {} : { status: 'ended', endedAt: new Date(), outcome },
  );
  return storeDelivery(api, session, followupId, fields);
}

/** The first attempt of a delivery, taken by its gateway. */
const attemptOf = (deliveryId: string) => ({ deliveryId, attempt: 1, httpStatus: 200, durationMs: 20 });

/** Sent at this time, with a response so many seconds later. */
const sent = (at: string | Date, afterSeconds: number | null = null): Fields => {
  const sentAt = new Date(at);
  const responseAt = afterSeconds === null ? null : new Date(sentAt.getTime() + afterSeconds * 1_000);
  return { sentAt, sendAt: sentAt, responseAt };
};

const ofFollowup = async (followupId: string, query = '') =>
  (await api.request('GET', `/v1/followups/${followupId}/stats${query}`)).body;
const ofChannel = async (channelId: string, query = '') =>
  (await api.request('GET', `/v1/channels/${channelId}/stats${query}`)).body;
type Day = { date: string; sent: number };
const daysWithSends = (daily: Day[]) => daily.filter((day) => day.sent > 0).map((day) => [day.date, day.sent]);

const foldAll = async () => {
  while (await foldDeliveryCounts(api.deps.database.db));
};

describe('sent, responded, response rate, median', () => {
  test('of a followup that was never sent', async () => {
    const { channelId } = await channel();
    const { id } = await createFollowup(api, [channelId]);
    const body = await ofFollowup(id);
    expect(body).toMatchObject({
      ...{ followupId: id, channelId: null, from: null, timeZone: 'Europe/Madrid', sent: 0, unknown: 0, responded: 0 },
      ...{ responseRate: null, medianSecondsToResponse: null, survey: null },
      resolution: { resolved: 0, unresolved: 0, rate: null },
    });
    expect(body.daily).toHaveLength(1);
  });

  test('what was sent counts, and nothing else; unknown on its own', async () => {
    const place = await channel();
    const { id } = await createFollowup(api, [place.channelId]);
    const now = new Date();
    for (const after of [10, 20, 90, 3_600, null, null]) await deliver(place, id, sent(now, after));
    for (const fields of [
      { status: 'unknown', reason: 'unknown', ...sent(now, 5) },
      { status: 'queued', reason: 'queued' },
      { status: 'skipped', reason: 'user_replied' },
      { status: 'failed', reason: 'gateway_rejected' },
      { status: 'sending', reason: 'retrying' },
    ] as Fields[]) {
      await deliver(place, id, fields);
    }
    const expected = { sent: 6, unknown: 1, responded: 4, responseRate: 4 / 6, medianSecondsToResponse: 55 };
    expect(await ofFollowup(id)).toMatchObject(expected);
    await foldAll();
    expect(await ofFollowup(id)).toMatchObject(expected);
  });

  test.each([
    [[7], 7],
    [[1, 2], 1.5],
    [[0.25, 0.5, 0.75], 0.5],
    [[5, 5, 5, 5, 100_000], 5],
    [[60, 1_000, 500_000, 30_000_000], 250_500],
    [[1, 1, 1_000_000, 1_000_000], 500_000.5],
    [[40_000_000, 50_000_000], 45_000_000],
  ])('the median of %j seconds is %d', async (after, median) => {
    const place = await channel();
    const { id } = await createFollowup(api, [place.channelId]);
    for (const seconds of after) await deliver(place, id, sent('2026-03-01T12:00:00Z', seconds));
    expect((await ofFollowup(id)).medianSecondsToResponse).toBe(median);
    await foldAll();
    expect((await ofFollowup(id)).medianSecondsToResponse).toBe(median);
    expect((await ofChannel(place.channelId)).medianSecondsToResponse).toBe(median);
  });

  test('an unknown delivery that turns out to be sent counts with its response', async () => {
    const place = await channel();
    const { id } = await createFollowup(api, [place.channelId]);
    const delivery = await deliver(place, id, {
      status: 'unknown',
      reason: 'unknown',
      sendAt: new Date(Date.now() - 60_000),
    });
    const { db } = api.deps.database;
    await recordResponse(db, place.channelId, delivery.conversationId, Date.now());
    expect(await ofFollowup(id)).toMatchObject({ sent: 0, unknown: 1, responded: 0 });
    // The answer came even after the user's.
    await markSent(db, attemptOf(delivery.id), new Date(Date.now() + 5_000), 'gw-1');
    expect(await ofFollowup(id)).toMatchObject({ sent: 1, unknown: 0, responded: 1, medianSecondsToResponse: 0 });
  });

  test('a followup of several channels, and what was sent on one of them', async () => {
    const place = await channel();
    const other = { ...place, channelId: (await createChannel(api, place.agentId)).id };
    const { id } = await createFollowup(api, [place.channelId, other.channelId]);
    await deliver(place, id, sent(new Date(), 10));
    await deliver(other, id, sent(new Date(), 30));
    await deliver(other, id, sent(new Date()));
    expect(await ofFollowup(id)).toMatchObject({ sent: 3, responded: 2, medianSecondsToResponse: 20 });
    expect(await ofFollowup(id, `?channelId=${other.channelId}`)).toMatchObject({
      ...{ channelId: other.channelId, sent: 2, responded: 1, responseRate: 0.5, medianSecondsToResponse: 30 },
    });
  });
});

describe('a response: the first user message of the conversation after the delivery, within the response window', () => {
  test('of every delivery that waits for one, also of one whose outcome is unknown', async () => {
    const place = await channel();
    const one = await createFollowup(api, [place.channelId]);
    const other = await createFollowup(api, [place.channelId]);
    const conversation = { ...place, conversationId: 'c-window' };
    const first = await storeSession(api, conversation, { status: 'ended', endedAt: new Date() });
    const second = await storeSession(api, conversation);
    const nowMs = Date.now();
    const { db } = api.deps.database;
    await db.update(channels).set({ responseWindowSeconds: 100 }).where(eq(channels.id, place.channelId));
    const at = (seconds: number) => new Date(nowMs + seconds * 1_000);
    const tooOld = await storeDelivery(api, first, one.id, { sentAt: at(-101), sendAt: at(-101) });
    const inTime = await storeDelivery(api, first, other.id, { sentAt: at(-100), sendAt: at(-100) });
    const unknown = await storeDelivery(api, second, one.id, { status: 'unknown', reason: 'unknown', sendAt: at(-50) });
    const later = await storeDelivery(api, second, other.id, { sentAt: at(1), sendAt: at(1) });

    // Even when it opens a new session, in which nothing was sent.
    const { unanswered } = await recordResponse(db, place.channelId, 'c-window', nowMs);
    expect(unanswered).toBe(true);
    const responses = await Promise.all(
      [tooOld, inTime, unknown, later].map(
        async ({ id }) => (await api.request('GET', `/v1/deliveries/${id}`)).body.response,
      ),
    );
    expect(responses).toEqual([
      null,
      { at: at(0).toISOString(), afterSeconds: 100 },
      { at: at(0).toISOString(), afterSeconds: 50 },
      null,
    ]);
    // A second one changes nothing; an earlier one that was reported late does.
    await recordResponse(db, place.channelId, 'c-window', nowMs + 500);
    expect((await ofFollowup(other.id)).medianSecondsToResponse).toBe(100);
    await recordResponse(db, place.channelId, 'c-window', nowMs - 60_000);
    expect((await ofFollowup(other.id)).medianSecondsToResponse).toBe(40);
  });
});

describe('days', () => {
  test('are those of the zone that the agent has', async () => {
    const place = await channel({ identity: { timeZone: 'America/New_York' } });
    const { id } = await createFollowup(api, [place.channelId]);
    await deliver(place, id, sent('2026-03-02T04:59:59.999Z'));
    await deliver(place, id, sent('2026-03-02T05:00:00.000Z'));
    // In summer time by then.
    await deliver(place, id, sent('2026-03-09T03:59:59Z'));
    await deliver(place, id, sent('2026-03-09T04:00:00Z'));
    const { daily } = await ofFollowup(id);
    expect(daysWithSends(daily)).toEqual([
      ['2026-03-01', 1],
      ['2026-03-02', 1],
      ['2026-03-08', 1],
      ['2026-03-09', 1],
    ]);
    // None is left out.
    expect(daily.slice(0, 3)).toMatchObject([
      { sent: 1 },
      { sent: 1 },
      { date: '2026-03-03', sent: 0, responseRate: null },
    ]);
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(new Date());
    expect(daily.at(-1).date).toBe(today);
  });

  test('stay as they were when the agent moves', async () => {
    const place = await channel({ identity: { timeZone: 'Asia/Tokyo' } });
    const { id } = await createFollowup(api, [place.channelId]);
    const delivery = await deliver(place, id, sent('2026-03-01T20:00:00Z'));
    await api.request('PATCH', `/v1/agents/${place.agentId}`, { body: { identity: { timeZone: 'UTC' } } });
    await recordResponse(
      api.deps.database.db,
      place.channelId,
      delivery.conversationId,
      Date.parse('2026-03-01T21:00:00Z'),
    );
    await deliver(place, id, sent('2026-03-01T20:00:00Z'));
    const { daily } = await ofFollowup(id);
    expect(daily.slice(0, 2)).toMatchObject([
      { date: '2026-03-01', sent: 1, responded: 0 },
      { date: '2026-03-02', sent: 1, responded: 1 },
    ]);
  });

  test('from and to: dates, both included, or times', async () => {
    const place = await channel({ identity: { timeZone: 'Asia/Kolkata' } });
    const { id } = await createFollowup(api, [place.channelId]);
    for (const day of ['01', '02', '03', '04']) await deliver(place, id, sent(`2026-03-${day}T12:00:00Z`, Number(day)));
    for (const [query, days, median] of [
      ['?from=2026-03-02', 3, 3],
      ['?to=2026-03-02', 2, 1.5],
      ['?from=2026-03-02&to=2026-03-03', 2, 2.5],
      ['?from=2026-03-02&to=2026-03-02', 1, 2],
      // Half past six in the evening in London is midnight in Kolkata.
      ['?from=2026-03-01T18:30:00Z&to=2026-03-02T18:30:00Z', 1, 2],
      ['?from=2026-03-01T18:29:59Z&to=2026-03-02T18:30:00.001Z', 3, 2],
      ['?from=2027-01-01&to=2027-12-31', 0, null],
    ] as const) {
      const body = await ofFollowup(id, query);
      expect([query, body.sent, body.medianSecondsToResponse]).toEqual([query, days, median]);
      expect(daysWithSends(body.daily)).toHaveLength(days);
    }
    const { from, to, daily } = await ofFollowup(id, '?from=2026-03-02&to=2026-03-10');
    expect([from, to, daily.length, daily[0].date, daily.at(-1).date]).toEqual([
      '2026-03-02',
      '2026-03-10',
      9,
      '2026-03-02',
      '2026-03-10',
    ]);
    // Years without anything are not written out.
    expect((await ofFollowup(id, '?from=1970-01-01&to=9998-12-31')).daily.length).toBeLessThan(5_000);
  });

  test.each([
    'from=yesterday',
    'to=2026-02-30',
    'from=2026-03-02T10:00',
    'from=1492-01-01',
    'to=2026-13-01',
    'more=1',
    'from=2026-03-02&to=2026-03-01',
  ])('?%s is refused', async (query) => {
    const { channelId } = await channel();
    const { id } = await createFollowup(api, [channelId]);
    for (const path of [`/v1/followups/${id}`, `/v1/channels/${channelId}`]) {
      const { status, body } = await api.request('GET', `${path}/stats?${query}`);
      expect([status, body.code]).toEqual([422, 'validation_failed']);
      expect(body.errors[0].message).toContain('example');
    }
  });
});

describe('surveys', () => {
  test.each<[SurveyType, number[], number, Record<string, number>]>([
    ['csat', [5, 4, 3, 5], 0.75, { '1': 0, '2': 0, '3': 1, '4': 1, '5': 2 }],
    [
      'nps',
      [10, 9, 8, 6],
      25,
      { '0': 0, '1': 0, '2': 0, '3': 0, '4': 0, '5': 0, '6': 1, '7': 0, '8': 1, '9': 1, '10': 1 },
    ],
    ['ces', [7, 1], 4, { '1': 1, '2': 0, '3': 0, '4': 0, '5': 0, '6': 0, '7': 1 }],
    ['thumbs', [1, 0, 1, 1], 0.75, { '0': 1, '1': 3 }],
  ])('%s', async (surveyType, scores, score, distribution) => {
    const place = await channel();
    const { id } = await createFollowup(api, [place.channelId], { surveyType });
    const ids: string[] = [];
    for (const surveyScore of scores) {
      const delivery = await deliver(place, id, { surveyType, ...sent(new Date()) });
      ids.push(delivery.id);
      const path = `/v1/deliveries/${delivery.id}/survey-answer`;
      // Newest counts: the first is not counted any more.
      for (const given of [1, surveyScore]) {
        expect((await api.request('POST', path, { body: { score: given } })).status).toBe(200);
      }
    }
    await deliver(place, id, { surveyType, ...sent(new Date()) });
    const expected = { type: surveyType, answers: scores.length, score, distribution };
    const body = await ofFollowup(id);
    expect(body.survey).toEqual(expected);
    expect(body.daily.at(-1)).toMatchObject({ surveyAnswers: scores.length, surveyScore: score });
    const ofAll = await ofChannel(place.channelId);
    expect([ofAll.surveys, ofAll.followups[0].survey]).toEqual([[expected], expected]);
    await foldAll();
    expect((await ofFollowup(id)).survey).toEqual(expected);
  });

  test('without an answer, and of a followup whose survey was changed or taken away', async () => {
    const place = await channel();
    const { id } = await createFollowup(api, [place.channelId], { surveyType: 'csat' });
    const none = { '1': 0, '2': 0, '3': 0, '4': 0, '5': 0 };
    expect((await ofFollowup(id)).survey).toEqual({ type: 'csat', answers: 0, score: null, distribution: none });
    await deliver(place, id, { surveyType: 'csat', surveyScore: 5, surveyAnsweredAt: new Date(), ...sent(new Date()) });
    await api.request('PATCH', `/v1/followups/${id}`, { body: { surveyType: 'thumbs' } });
    expect((await ofFollowup(id)).survey).toMatchObject({ type: 'thumbs', answers: 0, score: null });
    await api.request('PATCH', `/v1/followups/${id}`, { body: { surveyType: null } });
    expect((await ofFollowup(id)).survey).toMatchObject({ type: 'csat', answers: 1, score: 1 });
  });
});

test('resolution by outcome: whether the session ended before or after it was noted as sent', async () => {
  const place = await channel();
  const { id } = await createFollowup(api, [place.channelId]);
  for (const outcome of ['resolved', 'resolved', 'unresolved'] as const)
    await deliver(place, id, { outcome, ...sent(new Date()) });
  const { db } = api.deps.database;
  const live = await deliver(place, id, sent(new Date()));
  await deliver(place, id, { outcome: 'resolved', status: 'failed', reason: 'gateway_rejected' });
  const late = await deliver(place, id, { outcome: 'unresolved', status: 'unknown', reason: 'unknown' });
  expect((await ofFollowup(id)).resolution).toEqual({ resolved: 2, unresolved: 1, rate: 2 / 3 });
  await db.update(sessions).set({ status: 'ended', outcome: 'resolved' }).where(eq(sessions.id, live.sessionId));
  await markSent(db, attemptOf(late.id), new Date(), null);
  expect((await ofFollowup(id)).resolution).toEqual({ resolved: 3, unresolved: 2, rate: 0.6 });
  expect((await ofChannel(place.channelId)).resolution).toEqual({ resolved: 3, unresolved: 2, rate: 0.6 });
});

test('the followups of a channel compared: those at work, and those that were', async () => {
  const place = await channel();
  const good = await createFollowup(api, [place.channelId], { title: 'Good' });
  const bad = await createFollowup(api, [place.channelId], { title: 'Bad', surveyType: 'thumbs' });
  const fresh = await createFollowup(api, [place.channelId], { title: 'Fresh', status: 'inactive' });
  const other = await createChannel(api, place.agentId);
  await createFollowup(api, [other.id], { title: 'Elsewhere' });
  for (const after of [10, 30, null]) await deliver(place, good.id, sent(new Date(), after));
  for (const after of [50, null, null, null]) await deliver(place, bad.id, sent(new Date(), after));
  await api.request('DELETE', `/v1/followups/${bad.id}`);
  const body = await ofChannel(place.channelId);
  expect(body).toMatchObject({ sent: 7, responded: 3, responseRate: 3 / 7, medianSecondsToResponse: 30 });
  expect(body.followups).toMatchObject([
    {
      followupId: good.id,
      title: 'Good',
      status: 'active',
      sent: 3,
      responded: 2,
      medianSecondsToResponse: 20,
      survey: null,
    },
    { followupId: bad.id, title: 'Bad', status: 'deleted', sent: 4, responseRate: 0.25, survey: { type: 'thumbs' } },
    { followupId: fresh.id, title: 'Fresh', status: 'inactive', sent: 0, responseRate: null },
  ]);
  expect(body.followups).toHaveLength(3);
  expect(body.daily.at(-1)).toMatchObject({ sent: 7, responded: 3 });
  expect((await api.request('GET', `/v1/followups/${bad.id}/stats`)).status).toBe(404);
  expect((await api.request('GET', `/v1/channels/${newId('ch')}/stats`)).status).toBe(404);
});

test('counts of erased conversations stay', async () => {
  const place = await channel();
  const { id } = await createFollowup(api, [place.channelId]);
  const delivery = await deliver(place, id, sent('2026-03-01T12:00:00Z', 30));
  await deliver(place, id, sent('2026-03-01T12:00:00Z', 50));
  await foldAll();
  const before = await ofFollowup(id);
  const { db } = api.deps.database;
  await db.transaction(async (tx) => {
    await tx.delete(deliveries).where(eq(deliveries.id, delivery.id));
    await tx
      .insert(erasedCounts)
      .values({ followupId: id, channelId: place.channelId, date: '2026-03-01', sent: 1, responded: 1 });
  });
  const after = await ofFollowup(id);
  const { sent: sends, responded, responseRate, daily } = before;
  expect(after).toMatchObject({ sent: sends, responded, responseRate, daily });
  // How fast the user was is not known any more.
  expect([before.medianSecondsToResponse, after.medianSecondsToResponse]).toEqual([40, 50]);
  expect(await ofChannel(place.channelId)).toMatchObject({ sent: 2, responded: 2, medianSecondsToResponse: 50 });
  expect(await ofFollowup(id, '?from=2026-03-02')).toMatchObject({ sent: 0, responded: 0 });
});

test('right under concurrent deliveries: while they are sent, responded to, answered and folded, every reading adds up', async () => {
  const place = await channel();
  const { id } = await createFollowup(api, [place.channelId], { surveyType: 'csat' });
  const { db } = api.deps.database;
  const rows: (typeof deliveries.$inferSelect)[] = [];
  for (let index = 0; index < 120; index++) {
    rows.push(
      await deliver(place, id, {
        status: 'sending',
        reason: 'sending',
        surveyType: 'csat',
        sendAt: new Date(Date.now() - 5_000),
      }),
    );
  }
  let done = false;
  const life = async (row: (typeof rows)[number], index: number) => {
    await markSent(db, attemptOf(row.id), new Date(Date.now() - 1_000), null);
    if (index % 2 === 0) await recordResponse(db, row.channelId, row.conversationId, Date.now());
    if (index % 3 === 0) {
      const path = `/v1/deliveries/${row.id}/survey-answer`;
      await Promise.all([1, 5].map((score) => api.request('POST', path, { body: { score } })));
    }
    if (index % 4 === 0) await db.update(sessions).set({ outcome: 'resolved' }).where(eq(sessions.id, row.sessionId));
  };
  const readings: { sent: number; responded: number; daily: { sent: number; responded: number }[] }[] = [];
  const read = async () => {
    while (!done) readings.push(await ofFollowup(id));
  };
  const fold = async () => {
    while (!done) await Promise.all([foldDeliveryCounts(db, 7), foldDeliveryCounts(db, 7)]);
  };
  const others = [read(), fold()];
  await Promise.all(
    Array.from({ length: 8 }, async (_, lane) => {
      for (let index = lane; index < rows.length; index += 8) await life(rows[index] as (typeof rows)[number], index);
    }),
  );
  done = true;
  await Promise.all(others);

  let last = 0;
  for (const reading of readings) {
    expect(reading.sent).toBeGreaterThanOrEqual(last);
    expect(reading.daily.reduce((sum, day) => sum + day.sent, 0)).toBe(reading.sent);
    expect(reading.daily.reduce((sum, day) => sum + day.responded, 0)).toBe(reading.responded);
    last = reading.sent;
  }
  const [truth] = await db
    .select({ fives: sql<number>`count(*) filter (where survey_score = 5)::int` })
    .from(deliveries)
    .where(eq(deliveries.followupId, id));
  const expected = {
    ...{
      sent: 120,
      unknown: 0,
      responded: 60,
      responseRate: 0.5,
      resolution: { resolved: 30, unresolved: 0, rate: 1 },
    },
    survey: { answers: 40, distribution: { '5': truth?.fives, '1': 40 - (truth?.fives ?? 0) } },
  };
  expect(await ofFollowup(id)).toMatchObject(expected);
  await foldAll();
  expect(await ofFollowup(id)).toMatchObject(expected);
  expect(await db.select().from(deliveryCountChanges).where(eq(deliveryCountChanges.followupId, id))).toEqual([]);
});

test('a zone that PostgreSQL does not know stops no send', async () => {
  const place = await channel();
  const { id } = await createFollowup(api, [place.channelId]);
  const { db } = api.deps.database;
  await db.update(agents).set({ timeZone: 'Mars/Olympus' }).where(eq(agents.id, place.agentId));
  const delivery = await deliver(place, id, { status: 'sending', reason: 'sending' });
  await markSent(db, attemptOf(delivery.id), new Date('2026-03-01T23:59:00Z'), null);
  const [row] = await db.select().from(deliveries).where(eq(deliveries.id, delivery.id));
  expect(row).toMatchObject({ status: 'sent', sentOn: '2026-03-01' });
});
