import { randomUUID } from 'node:crypto';
import { sessionWorkflowId, sessionWorkflowType } from '../../src/workflows/identifiers';
import { eventually } from '../../test/support/eventually';
import { type BenchForm, makeChannel, makeRule } from '../forms/bench-form';
import { type Receiver, signalParked } from '../load/signals';
import { messageIndexes, messageOf } from '../load/trace';
import { chainFigures, runsOf } from './chain-figures';
import { type SessionFigures, sessionFigures } from './session-figures';

/** What a parked session of the trace came to, over all its runs. */
export type ParkedCosts = Pick<SessionFigures, 'events' | 'actions' | 'bytes' | 'workflowTasks' | 'timersCancelled'> & {
  runs: number;
  /** Events that the messages left in the run that was parked, for each of them. */
  eventsPerMessage: number;
};

const firstDelaySeconds = 5;
const longestDelaySeconds = 160;

/** @throws when the messages are not through before the first wake, however long that is */
export async function measureParkedSession(form: BenchForm): Promise<ParkedCosts> {
  for (let delaySeconds = firstDelaySeconds; ; delaySeconds *= 2) {
    const costs = await tryDelay(form, delaySeconds);
    if (costs) return costs;
    if (delaySeconds >= longestDelaySeconds) throw new Error('This machine is too busy to measure anything on.');
  }
}

async function tryDelay(form: BenchForm, delaySeconds: number): Promise<ParkedCosts | null> {
  const { client, namespace } = form.installation;
  const channelId = await makeChannel(form, { sessionIdleSeconds: delaySeconds });
  await makeRule(form, channelId, delaySeconds);
  const conversationId = randomUUID();
  const workflowId = sessionWorkflowId(channelId, conversationId);
  const receiver: Receiver = { workflowId, workflowType: sessionWorkflowType, taskQueue: form.parkedQueue };
  const say = (index: number) => signalParked(client, receiver, messageOf(index, Date.now()));
  const newestRun = async () => {
    const { history } = await client.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId },
    });
    return history?.events ?? [];
  };
  const isParked = (events: Awaited<ReturnType<typeof newestRun>>) =>
    Boolean(events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId) &&
    !events.some((event) => event.workflowTaskScheduledEventAttributes);

  const [first = 0, ...others] = messageIndexes;
  await say(first);
  const before = await eventually('a parked run', async () => {
    const events = await newestRun();
    return isParked(events) && events;
  });
  for (const index of others) await say(index);
  const after = await newestRun();
  if (!isParked(after)) return null;

  await form.arrivals.of([conversationId], 60_000 + delaySeconds * 2_000);
  await eventually(
    'the end of the session',
    async () => (await client.workflow.getHandle(workflowId).describe()).status.name === 'COMPLETED',
    120_000 + 3_000 * delaySeconds,
  );
  const runs = (await runsOf(client, workflowId)).map(sessionFigures);
  const { events, actions, bytes, workflowTasks, timersCancelled } = chainFigures(runs);
  return {
    ...{ events, actions, bytes, workflowTasks, timersCancelled, runs: runs.length },
    eventsPerMessage: (after.length - before.length) / others.length,
  };
}
