import { sessionWorkflowId, sessionWorkflowType } from '../../src/workflows/identifiers';
import { inParallel } from '../../test/faults/in-parallel';
import { type BenchForm, makeChannel, makeRule, newIds } from '../forms/bench-form';
import { allHandled, parked, type Receiver, signalMessage, signalParked } from '../load/signals';
import { clients, messageIndexes, messageOf } from '../load/trace';
import { rotated } from '../statistics';

export const ways = ['bare', 'eager', 'signal', 'parked', 'rest', 'batch'] as const;
export type Way = (typeof ways)[number];

/** Messages per second of each round. */
export type Rates = Record<Way, number[]>;

/** As long as nothing comes due while it is measured. */
const delaySeconds = 86_400;
const batchMessages = 500;

/**
 * Tells many sessions the trace, in each of the ways, and measures until all of it was handled: what is only taken, and
 * waits for a worker, is not done.
 */
export async function measureRates(form: BenchForm, rounds: number, sessions: number): Promise<Rates> {
  const channelId = await makeChannel(form);
  await makeRule(form, channelId, delaySeconds);
  const rates: Rates = { bare: [], eager: [], signal: [], parked: [], rest: [], batch: [] };
  // What is compiled at its first use belongs to no round.
  for (const way of ways) await tell(form, way, channelId, clients);
  for (let round = 0; round < rounds; round++) {
    for (const way of rotated(ways, round)) rates[way].push(await tell(form, way, channelId, sessions));
  }
  return rates;
}

/** @returns messages per second, of those after the first one, which opens the session */
async function tell(form: BenchForm, way: Way, channelId: string, sessions: number): Promise<number> {
  const { client } = form.installation;
  const ids = newIds(sessions);
  const receiverOf = receivers(form, way, channelId);
  const workflowIds = ids.map((id) => receiverOf(id).workflowId);
  const [first, ...others] = messageIndexes;
  if (first === undefined) return 0;
  const report = (indexes: readonly number[]) =>
    way === 'batch'
      ? reportBatches(form, channelId, ids, indexes)
      : inParallel(ids, clients, async (id) => {
          const receiver = receiverOf(id);
          const path = `/v1/channels/${channelId}/conversations/${id}/messages`;
          for (const index of indexes) {
            const event = messageOf(index, Date.now());
            if (way === 'rest') await form.api.call('POST', path, event);
            else await (way === 'parked' ? signalParked : signalMessage)(client, receiver, event);
          }
        });
  await report([first]);
  await allHandled(client, workflowIds);
  if (way === 'parked') await inParallel(workflowIds, clients, (workflowId) => parked(client, workflowId));
  const beganAtMs = performance.now();
  await report(others);
  await allHandled(client, workflowIds);
  return (sessions * others.length * 1_000) / (performance.now() - beganAtMs);
}

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
  const size = Math.min(batchMessages, Math.ceil(ids.length / installation.apis.length));
  const groups = Array.from({ length: Math.ceil(ids.length / size) }, (_, group) =>
    ids.slice(group * size, (group + 1) * size),
  );
  await inParallel(groups, installation.apis.length, async (group) => {
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
