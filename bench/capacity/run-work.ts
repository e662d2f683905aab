import { sessionWorkflowId } from '../../src/workflows/identifiers';
import type { Installation } from '../../test/faults/installation/installation';
import { eventually, sleep } from '../../test/support/eventually';
import { chainFigures, runsOf } from '../figures/chain-figures';
import { sessionFigures } from '../figures/session-figures';
import { newIds } from '../forms/bench-form';
import { type HistoryCost, historyCost } from './history-cost';
import { costPer, parts, plus, type Reading, readIdle, readMeter, type Usage } from './meter';
import type { UnitCost, UnitCosts } from './model';
import { Talk } from './talk';

export type Work = {
  sessions: number;
  /** Of each session after the first one, of agent and user in turn. */
  messages: number;
  /** Active followups of the channel. */
  rules: number;
};

const never = 30 * 86_400;
const settledWithinMs = 600_000;
const restMs = 10_000;
/** Sessions whose histories are read. */
const sampled = 20;

/** What everything has used, and what the history of one of the sessions came to. */
type Read = Reading & HistoryCost;

/**
 * Does the work in an installation that does nothing else, and reads the meter between its steps: sessions are opened,
 * spoken in, and ended; then as many are opened again that get a followup each, whose cost is what is more than before.
 * What the installation uses at rest is left out.
 */
export async function runWork(installation: Installation, work: Work): Promise<UnitCosts> {
  const talk = await Talk.prepare(installation);
  const delaysSeconds = Array.from({ length: work.rules }, (_, index) => never - index);
  const channelId = await talk.channelWith(delaysSeconds);
  const idle = await readIdle(installation, restMs);
  const settled = () => quiet(installation, idle);
  const readMeterOnly = async (): Promise<Read> => ({
    ...(await readMeter(installation)),
    actions: 0,
    historyBytes: 0,
  });
  const read = async (channel: string, id: string): Promise<Read> => ({
    ...(await readMeter(installation)),
    ...(await historyCost(installation, sessionWorkflowId(channel, id))),
  });
  /** @param each so many units of work in every one of the sessions */
  const unitCost = (each: number, before: Read, after: Read): UnitCost => ({
    ...costPer(work.sessions * each, before, after, idle),
    actions: (after.actions - before.actions) / each,
    historyBytes: (after.historyBytes - before.historyBytes) / each,
  });

  const ids = newIds(work.sessions);
  const [sample = ''] = ids;
  const start = await readMeterOnly();
  await talk.say(channelId, ids, 'agent');
  await settled();
  const opened = await read(channelId, sample);
  for (let index = 0; index < work.messages; index++)
    await talk.say(channelId, ids, index % 2 === 0 ? 'user' : 'agent');
  await settled();
  const spoken = await read(channelId, sample);
  await talk.end(channelId, ids);
  await settled();
  const ended = await read(channelId, sample);

  const dueChannel = await talk.channelWith([5, ...delaysSeconds.slice(1)]);
  const dueIds = newIds(work.sessions);
  const beforeSends = await readMeterOnly();
  await talk.say(dueChannel, dueIds, 'agent');
  await eventually(
    'every followup',
    () => {
      const reached = new Set(installation.gateway.ledger().map(({ data }) => data.conversationId));
      return dueIds.every((id) => reached.has(id));
    },
    settledWithinMs,
  );
  await talk.end(dueChannel, dueIds);
  await settled();
  const afterSends = await read(dueChannel, dueIds[0] ?? '');

  const session = combined(unitCost(1, start, opened), unitCost(1, spoken, ended), 1);
  return {
    session,
    message: unitCost(work.messages, opened, spoken),
    send: atLeastNothing(combined(unitCost(1, beforeSends, afterSends), session, -1)),
  };
}

/** Opens more sessions, that stay open: nothing comes due in them. @returns their channel, and their conversations */
export async function openMore(
  installation: Installation,
  sessions: number,
  idle: Usage,
): Promise<{ channelId: string; ids: readonly string[] }> {
  const talk = await Talk.prepare(installation);
  const channelId = await talk.channelWith([never]);
  const ids = newIds(sessions);
  await talk.say(channelId, ids, 'agent');
  await quiet(installation, idle);
  return { channelId, ids };
}

/** One message in each of sessions that no worker holds: what a message costs that is the first after a release. */
export async function messageAfterRestart(
  installation: Installation,
  { channelId, ids }: { channelId: string; ids: readonly string[] },
): Promise<Usage> {
  for (const worker of installation.workers) {
    await worker.stop();
    await worker.start();
  }
  const talk = await Talk.prepare(installation);
  const idle = await readIdle(installation, restMs);
  const before = await readMeter(installation);
  await talk.say(channelId, ids, 'user');
  await quiet(installation, idle);
  return costPer(ids.length, before, await readMeter(installation), idle);
}

/** One wake of a parked session that finds nothing new, and parks again. @param forMs so long they are watched */
export async function wakeCost(installation: Installation, sessions: number, forMs: number): Promise<UnitCost> {
  const idle = await readIdle(installation, restMs);
  const { channelId, ids } = await openMore(installation, sessions, idle);
  const read = async () => {
    const meter = await readMeter(installation);
    const chains = await Promise.all(
      ids.slice(0, sampled).map((id) => runsOf(installation.client, sessionWorkflowId(channelId, id))),
    );
    const { actions, bytes } = chainFigures(chains.flat().map(sessionFigures));
    return { ...meter, actions, historyBytes: bytes, runs: chains.flat().length };
  };
  const before = await read();
  await sleep(forMs);
  const after = await read();
  const wakes = after.runs - before.runs;
  return {
    ...costPer((sessions * wakes) / sampled, before, after, idle),
    actions: (after.actions - before.actions) / wakes,
    historyBytes: (after.historyBytes - before.historyBytes) / wakes,
  };
}

/** What the installation uses in a second of rest, with all that is open by now. */
export const restCost = (installation: Installation): Promise<Usage> => readIdle(installation, 3 * restMs);

const combined = (one: UnitCost, other: UnitCost, factor: number): UnitCost => ({
  ...plus(one, other, factor),
  actions: one.actions + factor * other.actions,
  historyBytes: one.historyBytes + factor * other.historyBytes,
});

/** Sends ask nothing of the API: what its two sums differ by is noise, and no cost may be below 0. */
const atLeastNothing = (cost: UnitCost): UnitCost => ({
  ...cost,
  cpuSeconds: Object.fromEntries(
    parts.map((part) => [part, Math.max(0, cost.cpuSeconds[part])]),
  ) as UnitCost['cpuSeconds'],
});

/** Waits until the database commits no more than it does when nobody asks for anything. */
async function quiet(installation: Installation, idle: Usage): Promise<void> {
  for (const deadlineMs = Date.now() + settledWithinMs; Date.now() < deadlineMs; ) {
    const { commits } = await readIdle(installation, 2_000);
    if (commits < 1.5 * idle.commits + 5) return;
  }
  throw new Error(`The servers did not catch up within ${settledWithinMs} ms.`);
}
