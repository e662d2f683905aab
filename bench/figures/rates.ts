import { sessionWorkflowId, sessionWorkflowType } from '../../src/workflows/identifiers';
import { inParallel } from '../../test/faults/in-parallel';
import type { CpuMeter } from '../cpu-time';
import { type BenchForm, makeChannel, makeRule, newIds } from '../forms/bench-form';
import { allHandled, parked, type Receiver, signalMessage, signalParked } from '../load/signals';
import { clients, messageOf } from '../load/trace';
import { rotated } from '../statistics';

export const ways = ['bare', 'eager', 'signal', 'parked', 'rest', 'batch'] as const;
export type Way = (typeof ways)[number];

/** Of each round: messages per second, and the processor time of one in all processes, the client's included. */
export type Rates = Record<Way, number[]>;
export type RatesAndCpu = { perSecond: Rates; cpuMs: Rates };

/** As long as nothing comes due while it is measured. */
const delaySeconds = 86_400;
const batchMessages = 500;

/** How many sessions, and how many messages each of them is told after its first one. */
export type RateTrace = { sessions: number; messages: number };

/**
 * Tells many sessions of messages, in each of the ways, and measures until all of it was handled: what is only taken, and
 * waits for a worker, is not done.
 *
 * Each client goes from session to session and comes back when all of its others were told. Told one right after the
 * other, the messages of a session share a task whenever the worker is behind, and the way that hurries most, and handles
 * least, would seem the fastest.
 */
export async function measureRates(
  form: BenchForm,
  cpu: CpuMeter,
  rounds: number,
  trace: RateTrace,
): Promise<RatesAndCpu> {
  const channelId = await makeChannel(form);
  await makeRule(form, channelId, delaySeconds);
  const none = (): Rates => ({ bare: [], eager: [], signal: [], parked: [], rest: [], batch: [] });
  const measured: RatesAndCpu = { perSecond: none(), cpuMs: none() };
  // What is compiled at its first use belongs to no round.
  for (const way of ways) await tell(form, cpu, way, channelId, { sessions: 2 * clients, messages: 4 });
  for (let round = 0; round < rounds; round++) {
    for (const way of rotated(ways, round)) {
      const { perSecond, cpuMs } = await tell(form, cpu, way, channelId, trace);
      measured.perSecond[way].push(perSecond);
      measured.cpuMs[way].push(cpuMs);
    }
  }
  return measured;
}

/** Measures the messages after the first one, which opens the session. */
async function tell(
  form: BenchForm,
  cpu: CpuMeter,
  way: Way,
  channelId: string,
  { sessions, messages }: RateTrace,
): Promise<{ perSecond: number; cpuMs: number }> {
  const { client } = form.installation;
  const ids = newIds(sessions);
  const receiverOf = receivers(form, way, channelId);
  const workflowIds = ids.map((id) => receiverOf(id).workflowId);
  const reportOne = async (id: string, index: number) => {
    const event = messageOf(index, Date.now());
    const path = `/v1/channels/${channelId}/conversations/${id}/messages`;
    if (way === 'rest') await form.api.call('POST', path, event);
    else await (way === 'parked' ? signalParked : signalMessage)(client, receiverOf(id), event);
  };
  const report = (indexes: readonly number[]) =>
    way === 'batch'
      ? reportBatches(form, channelId, ids, indexes)
      : Promise.all(
          lanesOf(ids, clients).map(async (lane) => {
            for (const index of indexes) for (const id of lane) await reportOne(id, index);
          }),
        );
  await report([0]);
  await allHandled(client, workflowIds);
  if (way === 'parked') await inParallel(workflowIds, clients, (workflowId) => parked(client, workflowId));
  const { tookMs, cpuMs } = await cpu.measure(async () => {
    await report(Array.from({ length: messages }, (_, index) => index + 1));
    await allHandled(client, workflowIds);
  });
  const told = sessions * messages;
  return { perSecond: (told * 1_000) / tookMs, cpuMs: cpuMs / told };
}

/** Each client's share of the sessions. */
const lanesOf = (ids: readonly string[], lanes: number): string[][] =>
  Array.from({ length: lanes }, (_, lane) => ids.filter((_id, index) => index % lanes === lane));

function receivers({ installation, baselineQueue, parkedQueue, arrivals }: BenchForm, way: Way, channelId: string) {
  return (conversationId: string): Receiver => {
    if (way !== 'bare' && way !== 'eager') {
      const workflowId = sessionWorkflowId(channelId, conversationId);
      const taskQueue = way === 'parked' ? parkedQueue : installation.taskQueue;
      return { workflowId, workflowType: sessionWorkflowType, taskQueue };
    }
    const workflowType = way === 'bare' ? 'bareSession' : 'eagerSession';
    const input = { url: arrivals.url, conversationId, delayMs: delaySeconds * 1_000 };
    return { workflowId: `${workflowType}/${conversationId}`, workflowType, taskQueue: baselineQueue, input };
  };
}

/** The same messages, the next one of every session in each request: no two of a session are ever told together. */
async function reportBatches(
  { api, installation }: BenchForm,
  channelId: string,
  ids: readonly string[],
  indexes: readonly number[],
) {
  const { length } = installation.apis;
  const groups = lanesOf(ids, Math.max(length, Math.ceil(ids.length / batchMessages)));
  await inParallel(groups, length, async (group) => {
    for (const index of indexes) {
      const messages = group.map((conversationId) => ({
        ...{ channelId, conversationId },
        ...messageOf(index, Date.now()),
      }));
      const { results } = (await api.call('POST', '/v1/messages/batch', { messages })) as { results: BatchResult[] };
      const refused = results.find(({ status }) => status !== 202);
      if (refused) throw new Error(`A message of a batch was answered with ${JSON.stringify(refused)}.`);
    }
  });
}

type BatchResult = { status: number };
