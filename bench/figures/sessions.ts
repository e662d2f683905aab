import { randomUUID } from 'node:crypto';
import type { temporal } from '@temporalio/proto';
import { sessionWorkflowId, sessionWorkflowType } from '../../src/workflows/identifiers';
import { eventually } from '../../test/support/eventually';
import { type BenchForm, makeChannel, makeRule } from '../forms/bench-form';
import { handled, type Receiver, signalMessage } from '../load/signals';
import { messageIndexes, messageOf } from '../load/trace';
import { type SessionFigures, sessionFigures } from './session-figures';

export type History = temporal.api.history.v1.IHistory;

/** What whole sessions of the trace came to, each message with a task of its own and one followup sent. */
export type SessionCosts = {
  bare: SessionFigures;
  eager: SessionFigures;
  /** The service by REST with one rule, from its opening to its closing. */
  service: SessionFigures;
  /** The same with twenty rules, until the first of them was sent. */
  twentyRules: SessionFigures;
  /** By direct signals, with one rule. */
  bySignal: SessionFigures;
};

/** Histories of sessions that were told the trace and wait, with a workflow id to replay them under. */
export type ArmedHistories = Record<'bare' | 'eager' | 'service', { workflowId: string; history: History }>;

/** The delay that the messages of a session have to be through in; a busy machine is given more. */
const firstDelaySeconds = 6;
const longestDelaySeconds = 160;

/** @throws when the messages of a session are not through before the first of them is due, however long that is */
export async function measureSessions(form: BenchForm): Promise<{ costs: SessionCosts; armed: ArmedHistories }> {
  for (let delaySeconds = firstDelaySeconds; ; delaySeconds *= 2) {
    const measured = await tryDelay(form, delaySeconds);
    if (measured !== null) return measured;
    if (delaySeconds >= longestDelaySeconds) throw new Error('This machine is too busy to measure anything on.');
  }
}

async function tryDelay(form: BenchForm, delaySeconds: number) {
  const { client } = form.installation;
  // The idle end comes later than the due time, so that no timer but that of the rule is ever needed before.
  const sessionIdleSeconds = Math.max(delaySeconds - 4, delaySeconds / 2);
  const [one, twenty] = [
    await makeChannel(form, { sessionIdleSeconds }),
    await makeChannel(form, { sessionIdleSeconds }),
  ];
  await makeRule(form, one, delaySeconds);
  for (let rule = 0; rule < 20; rule++) await makeRule(form, twenty, delaySeconds + rule * 3_600);

  const [serviceId, twentyId, signalId] = [randomUUID(), randomUUID(), randomUUID()];
  const baselines = baselineReceivers(form, delaySeconds * 1_000);
  const bySignal: Receiver = {
    workflowId: sessionWorkflowId(one, signalId),
    workflowType: sessionWorkflowType,
    taskQueue: form.installation.taskQueue,
  };
  const inTime: boolean[] = [];
  const talk = async (workflowId: string, say: (index: number) => Promise<unknown>) => {
    const beganAtMs = Date.now();
    for (const index of messageIndexes) {
      await say(index);
      await handled(client, workflowId);
    }
    inTime.push(Date.now() - beganAtMs < delaySeconds * 1_000 - 500);
    return client.workflow.getHandle(workflowId).fetchHistory();
  };
  const overRest = (channelId: string, id: string) => (index: number) =>
    form.api.call('POST', `/v1/channels/${channelId}/conversations/${id}/messages`, messageOf(index, Date.now()));
  const overSignal = (receiver: Receiver) => (index: number) =>
    signalMessage(client, receiver, messageOf(index, Date.now()));

  const serviceWorkflow = sessionWorkflowId(one, serviceId);
  const service = await talk(serviceWorkflow, overRest(one, serviceId));
  await talk(sessionWorkflowId(twenty, twentyId), overRest(twenty, twentyId));
  await talk(bySignal.workflowId, overSignal(bySignal));
  const bare = await talk(baselines.bare.workflowId, overSignal(baselines.bare));
  const eager = await talk(baselines.eager.workflowId, overSignal(baselines.eager));
  await client.workflow.getHandle(baselines.bare.workflowId).terminate();
  if (inTime.includes(false)) return null;

  const whole = async (workflowId: string) => {
    await closed(form, workflowId, delaySeconds);
    return sessionFigures(await client.workflow.getHandle(workflowId).fetchHistory());
  };
  await form.arrivals.of([twentyId], 60_000 + delaySeconds * 1_000);
  const costs: SessionCosts = {
    bare: sessionFigures(bare),
    eager: await whole(baselines.eager.workflowId),
    service: await whole(serviceWorkflow),
    twentyRules: sessionFigures(await client.workflow.getHandle(sessionWorkflowId(twenty, twentyId)).fetchHistory()),
    bySignal: await whole(bySignal.workflowId),
  };
  await form.api.call('POST', `/v1/channels/${twenty}/conversations/${twentyId}/end`, {});
  return {
    costs,
    armed: {
      service: { workflowId: serviceWorkflow, history: service },
      bare: { workflowId: baselines.bare.workflowId, history: bare },
      eager: { workflowId: baselines.eager.workflowId, history: eager },
    },
  };
}

function baselineReceivers({ baselineQueue, arrivals }: BenchForm, delayMs: number) {
  const receiver = (workflowType: string): Receiver => {
    const conversationId = randomUUID();
    const workflowId = `${workflowType}/${conversationId}`;
    return {
      workflowId,
      workflowType,
      taskQueue: baselineQueue,
      input: { url: arrivals.url, conversationId, delayMs },
    };
  };
  return { bare: receiver('bareSession'), eager: receiver('eagerSession') };
}

async function closed({ installation }: BenchForm, workflowId: string, delaySeconds: number): Promise<void> {
  await eventually(
    `the end of ${workflowId}`,
    async () => {
      const { status } = await installation.client.workflow.getHandle(workflowId).describe();
      return status.name === 'COMPLETED';
    },
    120_000 + 3 * delaySeconds * 1_000,
  );
}
