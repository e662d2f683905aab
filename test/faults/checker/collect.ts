import { inParallel } from '../in-parallel';
import type { Installation } from '../installation/installation';
import type { AttemptFact, DeliveryFact, Expectation, Facts, ReportedEvent, SessionFact, SignalFact } from './facts';
import { readRuns } from './histories';

/** What of the whole installation is to be looked at. */
export type Scope = {
  channelIds: string[];
  conversations: readonly { id: string; channelId: string; workflowId: string }[];
  events: ReportedEvent[];
  expectations: Expectation[];
};

/** Reads what can be read of a run: the gateway's ledger, the rows, and the histories of all runs. */
export async function collectFacts(installation: Installation, scope: Scope): Promise<Facts> {
  const { sql, gateway } = installation;
  const { channelIds, conversations, events, expectations } = scope;
  // A conversation of the same name may be on several channels.
  const names = new Set(conversations.map(({ id }) => id));
  const deliveries = await sql<DeliveryFact[]>`
    select d.id, d.session_id as "sessionId", d.followup_id as "followupId", d.conversation_id as "conversationId",
      d.status, d.reason, c.ambiguous_send = 'never_repeat' as "neverRepeat"
    from deliveries d join channels c on c.id = d.channel_id where d.channel_id = any(${channelIds})`;
  const attempts = await sql<AttemptFact[]>`
    select a.delivery_id as "deliveryId", a.attempt, a.outcome,
      extract(epoch from a.asked_at)::float8 * 1000 as "askedAtMs",
      extract(epoch from a.sending_at)::float8 * 1000 as "sendingAtMs"
    from delivery_attempts a join deliveries d on d.id = a.delivery_id where d.channel_id = any(${channelIds})`;
  const sessions = await sql<(Omit<SessionFact, 'runs'> & { workflowId: string })[]>`
    select id, conversation_id as "conversationId", status, workflow_id as "workflowId"
    from sessions where channel_id = any(${channelIds})`;

  const signals: SignalFact[] = [];
  const running = new Set<string>();
  const spoken = new Set(events.map(({ conversationId }) => conversationId));
  await inParallel(conversations, 8, async ({ id, workflowId }) => {
    if (!spoken.has(id)) return;
    const runs = await readRuns(installation, workflowId);
    if (runs.isRunning) running.add(workflowId);
    signals.push(...runs.signals.map((signal) => ({ ...signal, conversationId: id })));
  });
  return {
    events,
    expectations,
    requests: gateway.ledger().filter(({ data }) => names.has(data.conversationId)),
    deliveries: [...deliveries],
    attempts: [...attempts],
    signals,
    sessions: sessions.map(({ workflowId, ...session }) => ({ ...session, runs: running.has(workflowId) })),
  };
}
