import { randomUUID } from 'node:crypto';
import { sessionWorkflowId } from '../../src/workflows/identifiers';
import { inParallel } from '../../test/faults/in-parallel';
import type { Installation } from '../../test/faults/installation/installation';
import { World } from '../../test/faults/world/world';
import { eventually, sleep } from '../../test/support/eventually';
import { type HistoryCost, historyCost } from './history-cost';
import { costPer, parts, type Reading, readMeter } from './meter';
import type { UnitCost, UnitCosts } from './model';

export type Work = {
  sessions: number;
  /** Of each session after the first one, of agent and user in turn. */
  messages: number;
  /** Active followups of the channel. */
  rules: number;
};

const clients = 8;
const never = 30 * 86_400;
const settledWithinMs = 600_000;

/**
 * Does the work in an installation that does nothing else, and reads the meter between its steps: sessions are opened,
 * spoken in, and ended; then as many are opened again that get a followup each, whose cost is what is more than before.
 */
export async function runWork(installation: Installation, work: Work): Promise<UnitCosts> {
  const world = new World(installation);
  const { agentId, channelId } = await world.makeChannel();
  for (let index = 0; index < work.rules; index++)
    await world.makeFollowup(channelId, { title: `Rule ${index}`, delaySeconds: never - index });

  const talks = (ids: readonly string[], from: 'agent' | 'user', channel = channelId) =>
    inParallel(ids, clients, (id) =>
      world.calls.expect(202, 'POST', `/v1/channels/${channel}/conversations/${id}/messages`, {
        body: { id: randomUUID(), from, at: new Date().toISOString() },
      }),
    );
  const end = (ids: readonly string[], channel = channelId) =>
    inParallel(ids, clients, (id) =>
      world.calls.expect(202, 'POST', `/v1/channels/${channel}/conversations/${id}/end`, { body: {} }),
    );
  const ids = Array.from({ length: work.sessions }, () => randomUUID());
  const idle = await commitsPerSecond(installation);
  const settled = () => quiet(installation, idle);

  const read = async (id: string, channel = channelId): Promise<Read> => ({
    ...(await readMeter(installation)),
    ...(await historyCost(installation, sessionWorkflowId(channel, id))),
  });
  const [sample = ''] = ids;

  const start: Read = { ...(await readMeter(installation)), actions: 0, historyBytes: 0 };
  await talks(ids, 'agent');
  await settled();
  const opened = await read(sample);
  for (let index = 0; index < work.messages; index++) await talks(ids, index % 2 === 0 ? 'user' : 'agent');
  await settled();
  const spoken = await read(sample);
  await end(ids);
  await settled();
  const ended = await read(sample);

  const dueChannel = await world.addChannel(agentId);
  await world.makeFollowup(dueChannel, { title: 'Due', delaySeconds: 5 });
  const dueIds = Array.from({ length: work.sessions }, () => randomUUID());
  const beforeSends: Read = { ...(await readMeter(installation)), actions: 0, historyBytes: 0 };
  await talks(dueIds, 'agent', dueChannel);
  await eventually(
    'every followup',
    () => {
      const reached = new Set(installation.gateway.ledger().map(({ data }) => data.conversationId));
      return dueIds.every((id) => reached.has(id));
    },
    settledWithinMs,
  );
  await end(dueIds, dueChannel);
  await settled();
  const afterSends = await read(dueIds[0] ?? '', dueChannel);

  const session = plus(unitCost(work.sessions, 1, start, opened), unitCost(work.sessions, 1, spoken, ended), 1);
  return {
    session,
    message: unitCost(work.sessions, work.messages, opened, spoken),
    send: plus(unitCost(work.sessions, 1, beforeSends, afterSends), session, -1),
  };
}

/** What everything has used, and what the history of one of the sessions came to. */
type Read = Reading & HistoryCost;

/** @param each so many units of work in every one of the sessions */
function unitCost(sessions: number, each: number, before: Read, after: Read): UnitCost {
  return {
    ...costPer(sessions * each, before, after),
    actions: (after.actions - before.actions) / each,
    historyBytes: (after.historyBytes - before.historyBytes) / each,
  };
}

/** One cost and a multiple of another one. */
const plus = (one: UnitCost, other: UnitCost, factor: number): UnitCost => ({
  cpuSeconds: Object.fromEntries(
    parts.map((part) => [part, one.cpuSeconds[part] + factor * other.cpuSeconds[part]]),
  ) as UnitCost['cpuSeconds'],
  commits: one.commits + factor * other.commits,
  databaseBytes: one.databaseBytes + factor * other.databaseBytes,
  actions: one.actions + factor * other.actions,
  historyBytes: one.historyBytes + factor * other.historyBytes,
});

/** Waits until the database commits no more than it does when nobody asks for anything. */
async function quiet(installation: Installation, idlePerSecond: number): Promise<void> {
  for (const deadlineMs = Date.now() + settledWithinMs; Date.now() < deadlineMs; ) {
    if ((await commitsPerSecond(installation)) < 1.5 * idlePerSecond + 5) return;
  }
  throw new Error(`The servers did not catch up within ${settledWithinMs} ms.`);
}

/** Over the next two seconds. */
async function commitsPerSecond(installation: Installation): Promise<number> {
  const [beganAtMs, before] = [Date.now(), await readMeter(installation)];
  await sleep(2_000);
  const after = await readMeter(installation);
  return ((after.commits - before.commits) * 1_000) / (Date.now() - beganAtMs);
}
