import { createHash, randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { PlanRollouts, SessionGateway, SignalTarget } from '../api/ports';
import { traceHeader } from '../observability/trace-header';
import { type Tracer, untraced } from '../observability/tracer';
import { rolloutWorkflowId, rolloutWorkflowType, sessionWorkflowType } from '../workflows/identifiers';
import {
  endSignal,
  messageSignal,
  messagesSignal,
  optedOutSignal,
  planChangedSignal,
  rolloutRequestedSignal,
  sessionQuery,
} from '../workflows/messages';
import { searchAttributes } from '../workflows/search-attributes';
import type { MessageEvent } from '../workflows/signal-payloads';
import { createRunEraser } from './erase-runs';
import { isNotFound } from './not-found';
import { toPayload } from './payloads';
import { mayBeParked, readParkedSession } from './read-parked-session';
import { isWorkflowRunning } from './reconcile-schedule';
import { createHistoryReader } from './session-history';

export type SessionClientOptions = { client: Client; namespace: string; taskQueue: string };

export type SessionGatewayOptions = SessionClientOptions & {
  tracer?: Tracer;
  /** Whether sessions may be parked, and are not to be woken (ADR 19); default: false. */
  parked?: boolean;
};

/**
 * Speaks to sessions: by raw calls, since only these let the caller choose the request id by which the server knows a
 * repeated signal again.
 */
export function createSessionGateway({
  client,
  namespace,
  taskQueue,
  tracer = untraced,
  parked = false,
}: SessionGatewayOptions): SessionGateway {
  const { workflowService } = client;
  const json = (value: unknown): Promise<Payload> => toPayload(client, value);
  // Never encrypted: the server itself has to read it.
  const keyword = (value: string): Payload => {
    const payload = defaultPayloadConverter.toPayload(value);
    return { ...payload, metadata: { ...payload.metadata, type: Buffer.from('Keyword') } };
  };

  /** The signals that a send may follow from take the trace along. */
  const inSpan = <T>(signal: () => Promise<T>): Promise<T> =>
    tracer.span('signal session', { kind: 'producer' }, signal);

  /** Signals the session of a conversation. @returns false when none runs */
  const signalRunning = async (workflowId: string, signal: Signal): Promise<boolean> => {
    try {
      await workflowService.signalWorkflowExecution({
        namespace,
        workflowExecution: { workflowId },
        requestId: signal.requestId,
        signalName: signal.name,
        input: { payloads: [await json(signal.payload)] },
        ...traceHeader(tracer),
      });
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  };

  /** Signals the session of a conversation, and starts it where none runs. */
  const signalWithStart = async (target: SignalTarget, signal: Signal): Promise<void> => {
    await workflowService.signalWithStartWorkflowExecution({
      namespace,
      workflowId: target.workflowId,
      workflowType: { name: sessionWorkflowType },
      taskQueue: { name: taskQueue },
      requestId: signal.requestId,
      signalName: signal.name,
      signalInput: { payloads: [await json(signal.payload)] },
      searchAttributes: {
        indexedFields: {
          [searchAttributes.channelId.name]: keyword(target.channelId),
          [searchAttributes.agentId.name]: keyword(target.agentId),
          [searchAttributes.conversationId.name]: keyword(target.conversationId),
        },
      },
      userMetadata: { summary: await json(summary(target)) },
      ...traceHeader(tracer),
    });
  };

  /**
   * The same for the many signals to a session that runs: what a start would need costs the server more than the signal, and
   * a session that is parked stays asleep, which a start would wake.
   */
  const report = (target: SignalTarget, signal: Signal): Promise<void> =>
    inSpan(async () => {
      if (!(await signalRunning(target.workflowId, signal))) await signalWithStart(target, signal);
    });

  return {
    signalMessage: ({ event, ...target }) =>
      report(target, {
        name: messageSignal.name,
        requestId: requestId(messageSignal.name, event.from, event.id),
        payload: event,
      }),
    signalMessages: ({ events, ...target }) =>
      report(target, {
        name: messagesSignal.name,
        requestId: requestIdOfAll(events),
        payload: events,
      }),
    async signalOptOut(workflowId, optedOut) {
      try {
        await workflowService.signalWorkflowExecution({
          namespace,
          workflowExecution: { workflowId },
          // A new one each time: out, in and out again are three signals.
          requestId: randomUUID(),
          signalName: optedOutSignal.name,
          input: { payloads: [await json({ optedOut })] },
        });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
    // An end has nothing to start: a conversation without a session has none to end.
    async signalEnd({ event, ...target }) {
      const { workflowId } = target;
      const signal = {
        name: endSignal.name,
        requestId: requestId(endSignal.name, workflowId, `${event.at}/${event.outcome ?? ''}`),
        payload: event,
      };
      await inSpan(async () => {
        if (!parked) await signalRunning(workflowId, signal);
        // Wakes it: what is due after the end may be due before it would wake by itself.
        else if (await isWorkflowRunning(client, workflowId)) await signalWithStart(target, signal);
      });
    },
    ...createRunEraser({ client, namespace }),
    ...createHistoryReader({ client, namespace }),
    async inspect(workflowId) {
      try {
        return await client.workflow.getHandle(workflowId).query(sessionQuery);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError || isClosed(error)) return null;
        const session = mayBeParked(error) ? await readParkedSession(client, namespace, workflowId) : null;
        if (session) return session;
        throw error;
      }
    },
  };
}

type Signal = { name: string; requestId: string; payload: unknown };

const summary = ({ channelId, conversationId }: SignalTarget) =>
  `Conversation ${conversationId} on channel ${channelId}`;

/**
 * The request id of an event: the server counts a signal with a known one once, within a run. The signal and the sender
 * are part of it, since a user's message may have the id of an agent's.
 */
function requestId(signal: string, sender: string, id: string): string {
  return createHash('sha256')
    .update(JSON.stringify([signal, sender, id]))
    .digest('hex');
}

/** Of a batch: the same messages in another order are the same batch. */
const requestIdOfAll = (events: readonly MessageEvent[]): string =>
  requestId(messagesSignal.name, '', JSON.stringify(events.map(({ from, id }) => [from, id]).sort()));

/** The query was refused because the run is closed. */
const isClosed = (error: unknown) => error instanceof Error && error.name === 'QueryRejectedError';

/** Starts rollouts: a channel whose rollout runs already has it go over its sessions once more. */
export function createPlanRollouts({ client, taskQueue }: SessionClientOptions): PlanRollouts {
  return {
    async start(channelIds) {
      for (const channelId of channelIds) {
        await client.workflow.signalWithStart(rolloutWorkflowType, {
          workflowId: rolloutWorkflowId(channelId),
          taskQueue,
          args: [{ channelId }],
          signal: rolloutRequestedSignal,
          staticSummary: `Rollout of the plan of channel ${channelId}`,
        });
      }
    },
  };
}

/** Tells a running session that its channel's plan has a newer revision; one that runs no more needs no telling. */
export function createPlanAnnouncer({ client, namespace }: Omit<SessionClientOptions, 'taskQueue'>) {
  return async (workflowId: string, revision: number): Promise<void> => {
    try {
      await client.workflowService.signalWorkflowExecution({
        namespace,
        workflowExecution: { workflowId },
        requestId: requestId('planChanged', workflowId, String(revision)),
        signalName: planChangedSignal.name,
        input: { payloads: [await toPayload(client, { revision })] },
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };
}
