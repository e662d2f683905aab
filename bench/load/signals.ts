import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { isNotFound } from '../../src/temporal/not-found';
import type { MessageEvent } from '../../src/workflows/signal-payloads';
import { inParallel } from '../../test/faults/in-parallel';
import { eventually } from '../../test/support/eventually';
import { clients } from './trace';

/** A workflow that takes the signal `message`. */
export type Receiver = { workflowId: string; workflowType: string; taskQueue: string; input?: unknown };

/** Reports a message straight to Temporal; the same request for the floor, the eager design and the service. */
export async function signalMessage(
  client: Client,
  { workflowId, workflowType, taskQueue, input }: Receiver,
  event: MessageEvent,
): Promise<void> {
  await client.workflowService.signalWithStartWorkflowExecution({
    ...{ namespace: client.options.namespace, workflowId, signalName: 'message', requestId: randomUUID() },
    workflowType: { name: workflowType },
    taskQueue: { name: taskQueue },
    signalInput: { payloads: [defaultPayloadConverter.toPayload(event)] },
    ...(input === undefined ? {} : { input: { payloads: [defaultPayloadConverter.toPayload(input)] } }),
  });
}

/** The same as a gateway does that leaves parked sessions asleep: with a start only where nothing runs. */
export async function signalParked(client: Client, receiver: Receiver, event: MessageEvent): Promise<void> {
  try {
    await client.workflowService.signalWorkflowExecution({
      ...{ namespace: client.options.namespace, signalName: 'message', requestId: randomUUID() },
      workflowExecution: { workflowId: receiver.workflowId },
      input: { payloads: [defaultPayloadConverter.toPayload(event)] },
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await signalMessage(client, receiver, event);
  }
}

/** Waits until a workflow has handled all that was signalled: no task of it is scheduled or begun. */
export async function handled(client: Client, workflowId: string): Promise<void> {
  const { namespace } = client.options;
  await eventually(
    `the task of ${workflowId}`,
    async () => {
      const execution = { workflowId };
      const described = await client.workflowService.describeWorkflowExecution({ namespace, execution });
      return described.pendingWorkflowTask == null;
    },
    120_000,
  );
}

export const allHandled = (client: Client, workflowIds: readonly string[]): Promise<void> =>
  inParallel(workflowIds, clients, (workflowId) => handled(client, workflowId));

/** Waits until a session is parked: its newest run continues another one, and has had no task. */
export async function parked(client: Client, workflowId: string): Promise<void> {
  await eventually(
    `${workflowId} to be parked`,
    async () => {
      const { history } = await client.workflowService.getWorkflowExecutionHistory({
        namespace: client.options.namespace,
        execution: { workflowId },
      });
      const events = history?.events ?? [];
      const isContinued = Boolean(events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId);
      return isContinued && !events.some((event) => event.workflowTaskScheduledEventAttributes);
    },
    120_000,
  );
}
