import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { SessionGateway, SessionRuns } from '../api/ports';
import { messageSignal, messagesSignal, readMessage } from '../workflows/messages';
import { payloadConverter } from '../workflows/payload-converter';
import type { MessageFact } from '../workflows/policy/session-state';
import { isNotFound } from './not-found';
import { decodePayload } from './payloads';

type Event = temporal.api.history.v1.IHistoryEvent;

/** What is read at most of one session, so that a long one costs no more than others. */
const mostRuns = 24;
const mostEvents = 2_000;
/** In one call. What a run hands on to the session after it lies within so many events of its end. */
const pageSize = 500;

/** HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT of Temporal's API. */
const closeEvent = 2;

/** Reads what was reported to sessions from the histories of their workflow's runs. */
export function createHistoryReader({
  client,
  namespace,
}: {
  client: Client;
  namespace: string;
}): Pick<SessionGateway, 'readMessages'> {
  const { workflowService } = client;

  /** The run that goes on, or was the last to end. */
  async function newestRun(workflowId: string): Promise<string | null> {
    const { workflowExecutionInfo } = await workflowService.describeWorkflowExecution({
      namespace,
      execution: { workflowId },
    });
    return workflowExecutionInfo?.execution?.runId ?? null;
  }

  /** The last run of a session that has ended: the runs lead to it one by one. null: it is too far, or not known. */
  async function lastRun({ workflowId, runId, nextOpenedByRunId }: SessionRuns): Promise<string | null> {
    let last = runId;
    for (let run = 0; run < mostRuns; run++) {
      const { history } = await workflowService.getWorkflowExecutionHistory({
        namespace,
        execution: { workflowId, runId: last },
        historyEventFilterType: closeEvent,
      });
      const event = history?.events?.at(-1);
      // A reset goes on in a run that nothing here leads to.
      if (event?.workflowExecutionTerminatedEventAttributes) return null;
      const next = event?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      if (!next || next === nextOpenedByRunId) return last;
      last = next;
    }
    return null;
  }

  /** Events of a run, the newest first, until there are `limit` of them. */
  async function readBackwards(workflowId: string, runId: string, limit: number) {
    const events: Event[] = [];
    let nextPageToken: Uint8Array | undefined;
    do {
      const page = await workflowService.getWorkflowExecutionHistoryReverse({
        namespace,
        execution: { workflowId, runId },
        maximumPageSize: Math.min(pageSize, limit - events.length),
        ...(nextPageToken ? { nextPageToken } : {}),
      });
      events.push(...(page.history?.events ?? []));
      nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
    } while (nextPageToken && events.length < limit);
    return { events, start: events.at(-1)?.workflowExecutionStartedEventAttributes ?? null };
  }

  async function readEvents(session: SessionRuns): Promise<{ events: Event[]; complete: boolean }> {
    const { workflowId, openedByRunId, isOpen } = session;
    const newest = isOpen ? await newestRun(workflowId) : await lastRun(session);
    const events: Event[] = [];
    let runId = newest ?? session.runId;
    for (let run = 0; run < mostRuns && events.length < mostEvents; run++) {
      const read = await readBackwards(workflowId, runId, mostEvents - events.length);
      events.push(...read.events);
      if (!read.start) break;
      const before = read.start.continuedExecutionRunId;
      const isFirst = (read.start.originalExecutionRunId || runId) === openedByRunId;
      if (isFirst && before) events.push(...(await readBackwards(workflowId, before, pageSize)).events);
      if (isFirst || !before) return { events: events.reverse(), complete: newest !== null };
      runId = before;
    }
    return { events: events.reverse(), complete: false };
  }

  return {
    async readMessages(session) {
      try {
        const { events, complete } = await readEvents(session);
        const messages = await Promise.all(events.map((event) => messagesOf(client, event)));
        return { messages: distinct(messages.flat()), complete };
      } catch (error) {
        if (isNotFound(error)) return { messages: [], complete: false };
        throw error;
      }
    },
  };
}

/** The messages that an event reports, as the session understood them. */
async function messagesOf(client: Client, event: Event): Promise<MessageFact[]> {
  const { signalName, input } = event.workflowExecutionSignaledEventAttributes ?? {};
  if (signalName !== messageSignal.name && signalName !== messagesSignal.name) return [];
  const [payload] = input?.payloads ?? [];
  if (!payload) return [];
  const said = payloadConverter.fromPayload<unknown>(await decodePayload(client, payload));
  const atMs = Number(event.eventTime?.seconds ?? 0) * 1_000 + Math.floor((event.eventTime?.nanos ?? 0) / 1_000_000);
  return (signalName === messagesSignal.name && Array.isArray(said) ? said : [said])
    .map((each: unknown) => readMessage(each, atMs))
    .filter((fact) => fact !== null && fact !== 'echo' && fact.kind === 'message') as MessageFact[];
}

/** The same sender and id again counts once: the first. */
function distinct(messages: MessageFact[]): MessageFact[] {
  const known = new Set<string>();
  return messages.filter(({ from, id }) => {
    const key = `${from}/${id}`;
    return known.has(key) ? false : known.add(key);
  });
}
