import { type SilenceEndedBy, silences } from '../../src/db/schema';
import { newId } from '../../src/ids';
import { startTestApi, type TestApi } from '../support/api';
import { storeSession } from '../support/stored-history';
import { createAgent, createChannel } from '../support/things';

let api: TestApi;
let agentId: string;
beforeAll(async () => {
  api = await startTestApi();
  agentId = (await createAgent(api)).id;
});
afterAll(() => api?.stop());

type Silence = { seconds: number; by?: SilenceEndedBy; nudged?: boolean; startedAt?: Date };

async function channelWith(stored: Silence[]): Promise<string> {
  const { id: channelId } = await createChannel(api, agentId);
  const session = await storeSession(api, { channelId, agentId, conversationId: newId('ses') });
  const rows = stored.map(({ seconds, by = 'user', nudged = false, startedAt }, index) => ({
    ...{ sessionId: session.id, channelId, seconds, endedBy: by, nudged },
    startedAt: startedAt ?? new Date(Date.now() - index * 1_000),
  }));
  if (rows.length > 0) await api.deps.database.db.insert(silences).values(rows);
  return channelId;
}

const read = async (channelId: string, query = '') =>
  (await api.request('GET', `/v1/channels/${channelId}/silences${query}`)).body;
type Class = { fromSeconds: number; toSeconds: number | null; count: number; share: number | null };
const filled = (classes: Class[]) => classes.filter(({ count }) => count > 0);

test('how many came back by themselves, by elapsed time, and the cumulative share', async () => {
  const channelId = await channelWith([
    ...[60, 90, 119, 120, 299, 300, 840, 840, 3_600, 9_000_000].map((seconds) => ({ seconds })),
    // A followup was sent in it, so nobody came back by themselves.
    { seconds: 61, nudged: true },
    { seconds: 62, nudged: true, by: 'idle' },
    { seconds: 200, by: 'agent' },
    { seconds: 300, by: 'operator' },
    { seconds: 400, by: 'end' },
    { seconds: 86_400, by: 'idle' },
    { seconds: 86_400, by: 'idle' },
  ]);
  const body = await read(channelId);
  expect(body).toMatchObject({
    ...{ channelId, silences: 17, nudged: 2, medianSeconds: 299, within80Seconds: 840 },
    endedBy: { user: 10, agent: 1, operator: 1, end: 1, idle: 2 },
  });
  expect(filled(body.cameBack)).toEqual([
    { fromSeconds: 60, toSeconds: 120, count: 3, share: 0.3 },
    { fromSeconds: 120, toSeconds: 300, count: 2, share: 0.5 },
    { fromSeconds: 300, toSeconds: 600, count: 1, share: 0.6 },
    { fromSeconds: 600, toSeconds: 900, count: 2, share: 0.8 },
    { fromSeconds: 3_600, toSeconds: 7_200, count: 1, share: 0.9 },
    { fromSeconds: 2_592_000, toSeconds: null, count: 1, share: 1 },
  ]);
  const edges = body.cameBack.map(({ fromSeconds }: Class) => fromSeconds);
  expect(body.cameBack.map(({ toSeconds }: Class) => toSeconds)).toEqual([...edges.slice(1), null]);
  expect(body.advice).toBe(
    'Of those who come back by themselves, 80 % do within 14 minutes. That is told from 10 silences only.',
  );
});

test.each([
  [61, '2 minutes'],
  [60, '1 minute'],
  [840, '14 minutes'],
  [841, '15 minutes'],
  [7_199, '120 minutes'],
  [7_201, '3 hours'],
  [172_800, '2 days'],
])('the advice of %d seconds says %s', async (seconds, words) => {
  const channelId = await channelWith(Array.from({ length: 30 }, () => ({ seconds })));
  expect((await read(channelId)).advice).toBe(`Of those who come back by themselves, 80 % do within ${words}.`);
});

test('a channel without silences, or to which nobody came back', async () => {
  for (const stored of [[], [{ seconds: 100, by: 'idle' as const }]]) {
    const body = await read(await channelWith(stored));
    expect(body).toMatchObject({ medianSeconds: null, within80Seconds: null, advice: null });
    expect(filled(body.cameBack)).toEqual([]);
    expect(body.cameBack[0].share).toBeNull();
  }
});

test('from, included, and to, excluded, by the beginning of the silence; other channels do not count', async () => {
  await channelWith([{ seconds: 60 }]);
  const at = (day: number) => new Date(Date.UTC(2026, 2, day));
  const channelId = await channelWith([1, 2, 3].map((day) => ({ seconds: day * 100, startedAt: at(day) })));
  expect((await read(channelId)).silences).toBe(3);
  expect((await read(channelId, '?from=2026-03-02T00:00:00Z')).silences).toBe(2);
  expect(await read(channelId, '?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z')).toMatchObject({
    ...{ silences: 1, medianSeconds: 200 },
  });
  const wrong = await api.request(
    'GET',
    `/v1/channels/${channelId}/silences?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z`,
  );
  expect(wrong.status).toBe(422);
  expect((await api.request('GET', `/v1/channels/${newId('ch')}/silences`)).status).toBe(404);
});
