import { eq } from 'drizzle-orm';
import { Registry } from 'prom-client';
import { connectDatabase } from '../../src/db/client';
import { channels } from '../../src/db/schema';
import { tellState } from '../../src/observability/state-metrics';
import { startTestApi, type TestApi } from '../support/api';
import { storeAttempt, storeDelivery, storeSession } from '../support/stored-history';
import { createAgent, createChannel, createFollowup } from '../support/things';
import { readExposed } from './exposed';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.stop());

async function told(database = api.deps.database) {
  const registry = new Registry();
  tellState(registry, database);
  return readExposed(await registry.metrics());
}
const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000);

it('tells what is open, overdue, unfinished and behind', async () => {
  const calm = await told();
  for (const { name, value } of calm.samples) expect([name, value]).toEqual([name, name.endsWith('_up') ? 1 : 0]);

  const { db } = api.deps.database;
  const agent = await createAgent(api);
  const [live, paused] = [await createChannel(api, agent.id), await createChannel(api, agent.id)];
  const followup = await createFollowup(api, [live.id]);
  const inChannel = (channelId: string, conversationId: string) =>
    storeSession(api, { channelId, agentId: agent.id, conversationId });
  const store = async (channelId: string, name: string, fields: Parameters<typeof storeDelivery>[3]) =>
    storeDelivery(api, await inChannel(channelId, name), followup.id, fields);

  await store(live.id, 'waits', { status: 'queued', reason: 'queued', sendAt: ago(-60) });
  const late = await store(live.id, 'late', { status: 'sending', reason: 'retrying', sendAt: ago(400) });
  await store(paused.id, 'paused', { status: 'queued', reason: 'channel_paused', sendAt: ago(4_000) });
  const left = await store(live.id, 'left', { status: 'sending', reason: 'sending', sendAt: ago(90) });
  // The first attempt of a delivery that was tried again is nothing to worry about, nor is one that has just begun.
  await storeAttempt(api, { deliveryId: late.id, attempt: 1, claimedAt: ago(300) });
  await storeAttempt(api, {
    deliveryId: late.id,
    attempt: 2,
    claimedAt: ago(200),
    finishedAt: ago(199),
    outcome: 'lost',
  });
  await storeAttempt(api, { deliveryId: left.id, attempt: 1, claimedAt: ago(90) });
  const ended = await storeSession(
    api,
    { channelId: live.id, agentId: agent.id, conversationId: 'ended' },
    { status: 'ended' },
  );
  await storeDelivery(api, ended, followup.id, { status: 'queued', reason: 'queued', sendAt: ago(4_000) });
  await db
    .update(channels)
    .set({ pausedAt: ago(10), pausedReason: 'endpoint_gone' })
    .where(eq(channels.id, paused.id));
  await db
    .update(channels)
    .set({ consecutiveFailures: 10, planRevision: 9, rolledOutRevision: 8, planChangedAt: ago(120) })
    .where(eq(channels.id, live.id));
  await db.update(channels).set({ rolledOutRevision: 99 }).where(eq(channels.id, paused.id));

  const exposed = await told();
  expect({
    open: exposed.value('followups_sessions_open'),
    queued: exposed.value('followups_deliveries_queued'),
    sending: exposed.value('followups_deliveries_sending'),
    overdue: exposed.value('followups_deliveries_overdue'),
    unfinished: exposed.value('followups_attempts_unfinished'),
    behind: exposed.value('followups_channels_behind'),
    paused: exposed.value('followups_channels_paused'),
    failing: exposed.value('followups_channels_failing'),
  }).toEqual({ open: 4, queued: 2, sending: 2, overdue: 1, unfinished: 1, behind: 1, paused: 1, failing: 1 });
  for (const [name, from] of [
    ['followups_deliveries_oldest_overdue_seconds', 400],
    ['followups_rollout_lag_seconds', 120],
  ] as const) {
    expect(exposed.value(name)).toBeGreaterThanOrEqual(from - 1);
    expect(exposed.value(name)).toBeLessThan(from + 60);
  }
});

it('asks the database once for many scrapes, and tells no numbers while it does not answer', async () => {
  const { database } = api.deps;
  let asked = 0;
  const registry = new Registry();
  const db = { ...database.db, execute: (query: never) => ++asked && database.db.execute(query) };
  tellState(registry, { db: db as never });
  await Promise.all([registry.metrics(), registry.metrics()]);
  await registry.metrics();
  expect(asked).toBe(1);

  const away = connectDatabase('postgresql://nobody:nothing@127.0.0.1:1/none');
  const exposed = await told(away);
  expect(exposed.samples).toEqual([{ name: 'followups_state_up', labels: {}, value: 0 }]);
  await away.end();
});
