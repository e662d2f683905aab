import { type AnyColumn, and, asc, desc, eq, exists, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { FollowupReason } from '../../workflows/policy/reasons';
import type { Queryable } from '../client';
import { decisions, deliveries, sessions } from '../schema';
import { afterPage, newestFirst, type PageRequest } from './pages';

export type SessionRow = typeof sessions.$inferSelect;
export type DecisionRow = typeof decisions.$inferSelect;

/** A conversation as it may be stored: by its id, or by the HMAC of it. */
export type StoredConversation = { channelId: string; conversationIds: string[] };

/** Where a conversation id is looked for: its stored forms, each on some channels or (null) on all. */
export type ConversationMatch = { conversationId: string; channelIds: string[] | null }[];

/** Rows of a table with these two columns whose conversation is one of the stored forms. */
export function matchesConversation(
  table: { channelId: AnyColumn; conversationId: AnyColumn },
  match: ConversationMatch | undefined,
): SQL | undefined {
  if (match === undefined) return undefined;
  return or(
    ...match.map(({ conversationId, channelIds }) =>
      and(
        eq(table.conversationId, conversationId),
        channelIds === null ? undefined : inArray(table.channelId, channelIds),
      ),
    ),
  );
}

export async function findSession(db: Queryable, sessionId: string): Promise<SessionRow | null> {
  const [row] = await db.select().from(sessions).where(eq(sessions.id, sessionId));
  return row ?? null;
}

const ofConversation = ({ channelId, conversationIds }: StoredConversation) =>
  and(eq(sessions.channelId, channelId), inArray(sessions.conversationId, conversationIds));

/** The open session of a conversation, else its last one, else null. */
export async function findLatestSession(db: Queryable, conversation: StoredConversation): Promise<SessionRow | null> {
  const [row] = await db
    .select()
    .from(sessions)
    .where(ofConversation(conversation))
    // 'open' sorts after 'ended'.
    .orderBy(desc(sessions.status), desc(sessions.startedAt), desc(sessions.id))
    .limit(1);
  return row ?? null;
}

export function listConversationSessions(
  db: Queryable,
  conversation: StoredConversation,
  page: PageRequest,
): Promise<SessionRow[]> {
  return db
    .select()
    .from(sessions)
    .where(and(ofConversation(conversation), afterPage(sessions, page.after)))
    .orderBy(...newestFirst(sessions))
    .limit(page.limit);
}

export type SessionFilter = {
  agentId: string | undefined;
  channelId: string | undefined;
  /** Only sessions of these channels; null: of all. */
  channelIds: string[] | null;
  conversation: ConversationMatch | undefined;
  status: 'open' | 'ended' | undefined;
  /** Something was decided about this followup in it, or a send of it begun. */
  followupId: string | undefined;
  /** That had this reason; with `followupId`, of that followup. */
  reason: FollowupReason | undefined;
  /** A delivery in it got this id from the gateway. */
  gatewayMessageId: string | undefined;
  /** Begun then or later. */
  from: Date | undefined;
  /** Begun before. */
  to: Date | undefined;
};

/** The sessions in which something of the kind was decided or sent. */
function inWhich(db: Queryable, { followupId, reason, gatewayMessageId }: SessionFilter): SQL | undefined {
  if (followupId === undefined && reason === undefined && gatewayMessageId === undefined) return undefined;
  const one = { one: sql`1` };
  const matching = (table: typeof deliveries | typeof decisions) =>
    and(
      eq(table.sessionId, sessions.id),
      followupId === undefined ? undefined : eq(table.followupId, followupId),
      reason === undefined ? undefined : eq(table.reason, reason),
    );
  const ofDelivery = gatewayMessageId === undefined ? undefined : eq(deliveries.gatewayMessageId, gatewayMessageId);
  const delivered = exists(
    db
      .select(one)
      .from(deliveries)
      .where(and(matching(deliveries), ofDelivery)),
  );
  if (gatewayMessageId !== undefined) return delivered;
  return or(delivered, exists(db.select(one).from(decisions).where(matching(decisions))));
}

export function listSessions(db: Queryable, filter: SessionFilter, page: PageRequest): Promise<SessionRow[]> {
  return db
    .select()
    .from(sessions)
    .where(
      and(
        filter.agentId === undefined ? undefined : eq(sessions.agentId, filter.agentId),
        filter.channelId === undefined ? undefined : eq(sessions.channelId, filter.channelId),
        filter.channelIds === null ? undefined : inArray(sessions.channelId, filter.channelIds),
        matchesConversation(sessions, filter.conversation),
        filter.status === undefined ? undefined : eq(sessions.status, filter.status),
        inWhich(db, filter),
        filter.from === undefined ? undefined : gte(sessions.startedAt, filter.from),
        filter.to === undefined ? undefined : lt(sessions.startedAt, filter.to),
        afterPage(sessions, page.after),
      ),
    )
    .orderBy(...newestFirst(sessions))
    .limit(page.limit);
}

/** What was decided in a session, oldest first. */
export function listDecisions(db: Queryable, sessionId: string): Promise<DecisionRow[]> {
  return db.select().from(decisions).where(eq(decisions.sessionId, sessionId)).orderBy(asc(decisions.sequence));
}
