import { randomUUID } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import { eventually, sleep } from '../../support/eventually';
import type { ReportedEvent } from '../checker/facts';
import { sharedMs } from '../clock';
import type { LedgerEntry } from '../gateway/script';
import type { Installation } from '../installation/installation';
import { type Answer, asksForPatience, type Calls, type Json, patienceMs } from './calls';
import type { EventLog } from './event-log';

export type Sender = 'agent' | 'user' | 'operator';

export type MessageOptions = {
  /** Default: a new one. */
  id?: string;
  /** Default: now, by the gateway's clock. */
  at?: Date;
  awaiting?: 'user' | 'operator' | 'nobody';
  /** Which of the APIs; default: each in its turn. */
  api?: number;
  withinMs?: number;
};

/** The rows of one delivery. */
export type DeliveryRows = {
  id: string;
  sessionId: string;
  followupId: string;
  status: string;
  reason: string;
  attempts: {
    attempt: number;
    askedAt: string | null;
    sendingAt: string | null;
    outcome: string | null;
    httpStatus: number | null;
  }[];
};

/** One conversation as its gateway knows it. Everything that it reports is remembered for the checker. */
export class Conversation {
  readonly workflowId: string;
  readonly path: string;

  constructor(
    private readonly installation: Installation,
    private readonly calls: Calls,
    /** Where every event is noted. */
    private readonly events: EventLog,
    readonly channelId: string,
    readonly id: string,
  ) {
    this.workflowId = `session/${channelId}/${id}`;
    this.path = `/v1/channels/${channelId}/conversations/${id}`;
  }

  /** Reports a message, again with the same id until it is taken. @throws when it is refused, or not taken in time */
  async says(from: Sender, options: MessageOptions = {}): Promise<ReportedEvent> {
    const deadlineMs = Date.now() + (options.withinMs ?? 90_000);
    const { event, send } = this.message(from, options);
    for (;;) {
      const answer = await send();
      if (answer.status === 202) return event;
      if (!asksForPatience(answer) || Date.now() > deadlineMs) throw refused(`A message of the ${from}`, answer);
      await sleep(patienceMs(answer));
    }
  }

  /** Reports a message once. @returns the answer, and what was noted of it */
  async tries(from: Sender, options: MessageOptions = {}): Promise<{ answer: Answer; event: ReportedEvent }> {
    const { event, send } = this.message(from, options);
    return { answer: await send(), event };
  }

  private message(from: Sender, { id = randomUUID(), at = new Date(), awaiting, api }: MessageOptions) {
    const event = this.note({ kind: 'message', id, from, atMs: at.getTime(), way: 'rest' });
    const body = { id, from, at: at.toISOString(), ...(awaiting === undefined ? {} : { awaiting }) };
    const send = async () => {
      const answer = await this.calls.once('POST', `${this.path}/messages`, {
        body,
        ...(api === undefined ? {} : { api }),
      });
      if (answer.status === 202) acknowledged(event);
      return answer;
    };
    return { event, send };
  }

  /** Ends the session. */
  async ends(at = new Date()): Promise<ReportedEvent> {
    const event = this.note({ kind: 'end', id: at.toISOString(), from: null, atMs: at.getTime(), way: 'rest' });
    const deadlineMs = Date.now() + 90_000;
    for (;;) {
      const answer = await this.calls.once('POST', `${this.path}/end`, { body: { at: at.toISOString() } });
      if (answer.status === 202) {
        acknowledged(event);
        return event;
      }
      if (!asksForPatience(answer) || Date.now() > deadlineMs) throw refused('An end', answer);
      await sleep(patienceMs(answer));
    }
  }

  /** Signals a message straight to Temporal, again until it is taken. @throws when it is not taken in time */
  async signals(from: Sender, { id = randomUUID(), at = new Date() }: MessageOptions = {}): Promise<ReportedEvent> {
    const event = this.note({ kind: 'message', id, from, atMs: at.getTime(), way: 'signal' });
    const { client, namespace, taskQueue } = this.installation;
    // The same in every try, so that the server counts it once.
    const requestId = randomUUID();
    await eventually(
      'Temporal to take a signal',
      async () => {
        await client.withDeadline(Date.now() + 8_000, () =>
          client.workflowService.signalWithStartWorkflowExecution({
            ...{ namespace, workflowId: this.workflowId, workflowType: { name: 'conversationSession' } },
            ...{ taskQueue: { name: taskQueue }, requestId, signalName: 'message' },
            signalInput: { payloads: [defaultPayloadConverter.toPayload({ id, from, at: at.toISOString() })] },
          }),
        );
        return true;
      },
      90_000,
    );
    acknowledged(event);
    return event;
  }

  private note(event: Pick<ReportedEvent, 'kind' | 'id' | 'from' | 'atMs' | 'way'>): ReportedEvent {
    return this.events.note({ ...event, conversationId: this.id });
  }

  /** The live or last session, explained. */
  session(): Promise<Json> {
    return this.calls.expect(200, 'GET', `${this.path}/session`);
  }

  async sessions(): Promise<Json[]> {
    return (await this.calls.expect(200, 'GET', `${this.path}/sessions`)).items;
  }

  /** Waits until its session says one of these of a followup. */
  followupIs(followupId: string, ...statuses: string[]): Promise<Json> {
    return eventually(
      `the followup of ${this.id} to be ${statuses.join(' or ')}`,
      async () => {
        const { followups } = await this.session();
        const followup = followups?.find((one: Json) => one.followupId === followupId);
        if (!statuses.includes(followup?.status)) throw new Error(`it is ${followup?.status} (${followup?.reason})`);
        return followup;
      },
      90_000,
    );
  }

  /** Requests that came to the gateway. */
  requests(): LedgerEntry[] {
    return this.installation.gateway.of(this.id);
  }

  /** Waits until so many requests came to the gateway. */
  received(count: number, withinMs?: number): Promise<LedgerEntry[]> {
    return this.installation.gateway.received(this.id, count, withinMs);
  }

  /** Its deliveries, as PostgreSQL has them. */
  async deliveries(): Promise<DeliveryRows[]> {
    const { sql } = this.installation;
    const rows = await sql<DeliveryRows[]>`
      select d.id, d.session_id as "sessionId", d.followup_id as "followupId", d.status, d.reason,
        coalesce((select jsonb_agg(jsonb_build_object('attempt', a.attempt, 'askedAt', a.asked_at,
          'sendingAt', a.sending_at, 'outcome', a.outcome, 'httpStatus', a.http_status) order by a.attempt)
          from delivery_attempts a where a.delivery_id = d.id), '[]') as attempts
      from deliveries d where d.channel_id = ${this.channelId} and d.conversation_id = ${this.id} order by d.created_at`;
    return [...rows];
  }

  /** Waits until a delivery is as wanted. */
  delivery(what: string, isWanted: (delivery: DeliveryRows) => boolean, withinMs = 120_000): Promise<DeliveryRows> {
    return eventually(
      `${what} in ${this.id}`,
      async () => {
        const deliveries = await this.deliveries();
        const found = deliveries.find(isWanted);
        if (!found) throw new Error(JSON.stringify(deliveries));
        return found;
      },
      withinMs,
    );
  }

  /** Waits until its workflow has completed. */
  async closed(withinMs = 60_000): Promise<void> {
    await eventually(
      `the end of the session of ${this.id}`,
      async () => {
        const { status } = await this.installation.client.workflow.getHandle(this.workflowId).describe();
        return status.name !== 'RUNNING';
      },
      withinMs,
    );
  }
}

function acknowledged(event: ReportedEvent): void {
  event.acknowledgedMs ??= sharedMs();
  event.acknowledgedAtMs ??= Date.now();
}

const refused = (what: string, { status, body }: Answer) =>
  new Error(`${what} was answered with ${status}: ${JSON.stringify(body)}`);
