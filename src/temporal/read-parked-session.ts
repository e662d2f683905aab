import { type Client, isGrpcServiceError, ServiceError } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { heardOfAgent, readCarried } from '../workflows/carried';
import type { LiveSession } from '../workflows/messages';
import { payloadConverter } from '../workflows/payload-converter';
import { ReceivedSignals } from '../workflows/received-signals';
import { decodePayload } from './payloads';

type Event = temporal.api.history.v1.IHistoryEvent;

/** gRPC's code of a query to a run that has had no workflow task yet. */
const failedPrecondition = 9;

/** Whether a query was refused because its run may be parked. */
export function mayBeParked(error: unknown): boolean {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) && cause.code === failedPrecondition;
}

/**
 * What a parked session would say of itself: what the run before handed on, with the signals of this run applied by the
 * very code that its workflow will apply them with.
 *
 * @returns null when the run is not parked (any more)
 */
export async function readParkedSession(
  client: Client,
  namespace: string,
  workflowId: string,
): Promise<LiveSession | null> {
  const events: Event[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId },
      ...(nextPageToken ? { nextPageToken } : {}),
    });
    events.push(...(page.history?.events ?? []));
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken);

  const started = events[0]?.workflowExecutionStartedEventAttributes;
  const isAwake = events.some((event) => event.workflowTaskScheduledEventAttributes);
  const [input] = started?.input?.payloads ?? [];
  if (!started?.continuedExecutionRunId || isAwake || !input) return null;
  const value = async (payload: Payload): Promise<unknown> =>
    payloadConverter.fromPayload(await decodePayload(client, payload));
  const carried = readCarried(await value(input));
  if (carried.kind !== 'session') return null;

  const nowMs = Date.now();
  const received = new ReceivedSignals({
    setAside: carried.setAside,
    heard: heardOfAgent(carried, nowMs),
    now: () => nowMs,
    mayMove: () => true,
  });
  for (const { workflowExecutionSignaledEventAttributes: signal } of events) {
    if (!signal) continue;
    const handle = received.handlers[signal.signalName ?? ''];
    const [payload] = signal.input?.payloads ?? [];
    if (handle) handle(payload && (await value(payload)));
    else received.putAside(1);
  }
  return {
    runId: started.originalExecutionRunId ?? '',
    state: received.appliedTo(carried.state),
    setAside: received.setAside,
  };
}
