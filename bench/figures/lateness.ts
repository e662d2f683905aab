import { sessionWorkflowId } from '../../src/workflows/identifiers';
import type { MessageEvent } from '../../src/workflows/signal-payloads';
import { inParallel } from '../../test/faults/in-parallel';
import type { CpuMeter } from '../cpu-time';
import { type BenchForm, makeChannel, makeRule, newIds } from '../forms/bench-form';
import { allHandled, handled } from '../load/signals';
import { messageOf } from '../load/trace';
import { median, quantile } from '../statistics';

/** Of each round: how much later than due the requests came, in milliseconds. */
export type Lateness = { bare: Quantiles[]; service: Quantiles[] };
export type Quantiles = { p50: number; p99: number };

/** Of each round: from the due time until the last request, and the processor time of one in all processes, in milliseconds. */
export type Bursts = { drainMs: Record<Kind, number[]>; cpuMs: Record<Kind, number[]> };

/**
 * Few, and each opens the next only when the one before was handled: a timer runs from the end of the task that started it,
 * so that on a machine that is busy with openings those alone would be measured.
 */
const clients = 2;
/** Opening one takes about so long on a quiet machine of two cores, with as many clients. */
const openingMs = 40;
/** Before the first is due, when all are there. */
const slackMs = 2_000;
const tries = 4;
const arrivalWithinMs = 300_000;

type Dues = { count: number; perSecond: number | null };

/** @param perSecond that many come due each second, evenly */
export async function measureLateness(
  form: BenchForm,
  cpu: CpuMeter,
  rounds: number,
  { count, perSecond }: { count: number; perSecond: number },
): Promise<Lateness> {
  const lateness: Lateness = { bare: [], service: [] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of order(round)) {
      const { lateMs } = await dueAndCame(form, kind, { count, perSecond }, cpu);
      lateness[kind].push({ p50: median(lateMs), p99: quantile(lateMs, 0.99) });
    }
  }
  return lateness;
}

/** Has so many come due at the very same moment. */
export async function measureBursts(form: BenchForm, cpu: CpuMeter, rounds: number, count: number): Promise<Bursts> {
  const bursts: Bursts = { drainMs: { bare: [], service: [] }, cpuMs: { bare: [], service: [] } };
  for (let round = 0; round < rounds; round++) {
    for (const kind of order(round)) {
      const { lateMs, cpuMs } = await dueAndCame(form, kind, { count, perSecond: null }, cpu);
      bursts.drainMs[kind].push(Math.max(...lateMs));
      bursts.cpuMs[kind].push(cpuMs);
    }
  }
  return bursts;
}

type Kind = 'bare' | 'service';
const order = (round: number): Kind[] => (round % 2 === 0 ? ['bare', 'service'] : ['service', 'bare']);

/** @returns in milliseconds how much later than due each request came, and the processor time of one */
async function dueAndCame(
  form: BenchForm,
  kind: Kind,
  dues: Dues,
  cpu: CpuMeter,
): Promise<{ lateMs: number[]; cpuMs: number }> {
  const spreadMs = dues.perSecond === null ? 0 : (dues.count / dues.perSecond) * 1_000;
  for (let attempt = 1; ; attempt++) {
    const ids = newIds(dues.count);
    const delaySeconds = Math.ceil((spreadMs + (slackMs + dues.count * openingMs) * 2 ** (attempt - 1)) / 1_000);
    // Of the past: what claims to be of the future counts as now.
    const firstAtMs = Date.now() - spreadMs;
    const dueAtMs = ids.map((_, index) =>
      Math.round(firstAtMs + delaySeconds * 1_000 + (dues.perSecond === null ? 0 : (index * 1_000) / dues.perSecond)),
    );
    const workflowIds =
      kind === 'bare' ? await startTimers(form, ids, dueAtMs) : await arm(form, ids, dueAtMs, delaySeconds);
    const isReady = Date.now() < Math.min(...dueAtMs);
    const { result: cameAtMs, cpuMs } = await cpu.measure(async () => {
      const arrived = await form.arrivals.of(ids, arrivalWithinMs);
      await allHandled(form.installation.client, workflowIds);
      return arrived;
    });
    const lateMs = cameAtMs.map((atMs, index) => atMs - (dueAtMs[index] ?? Number.NaN));
    if (isReady) return { lateMs, cpuMs: cpuMs / dues.count };
    if (attempt === tries) throw new Error('This machine is too busy: what is due was never there in time.');
  }
}

async function startTimers(form: BenchForm, ids: readonly string[], dueAtMs: readonly number[]): Promise<string[]> {
  const { client } = form.installation;
  await inParallel(ids, clients, async (conversationId, index) => {
    const workflowId = `bareTimer/${conversationId}`;
    await client.workflow.start('bareTimer', {
      workflowId,
      taskQueue: form.baselineQueue,
      args: [{ url: form.arrivals.url, conversationId, dueAtMs: dueAtMs[index] ?? 0 }],
    });
    await handled(client, workflowId);
  });
  return ids.map((id) => `bareTimer/${id}`);
}

/** Has the agent speak in each, so long ago that its followup comes due at its time. */
async function arm(
  form: BenchForm,
  ids: readonly string[],
  dueAtMs: readonly number[],
  delaySeconds: number,
): Promise<string[]> {
  const channelId = await makeChannel(form);
  await makeRule(form, channelId, delaySeconds);
  await inParallel(ids, clients, async (id, index) => {
    const event: MessageEvent = messageOf(0, (dueAtMs[index] ?? 0) - delaySeconds * 1_000);
    await form.api.call('POST', `/v1/channels/${channelId}/conversations/${id}/messages`, event);
    await handled(form.installation.client, sessionWorkflowId(channelId, id));
  });
  return ids.map((id) => sessionWorkflowId(channelId, id));
}
