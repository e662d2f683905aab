import { type AnyColumn, and, asc, desc, eq, exists, gt, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { FollowupReason } from '../../workflows/policy/reasons';
import type { Queryable } from '../client';
import { channels, decisions, deliveries, sessions } from '../schema';
import { afterPage, newestFirst, type PageRequest } from './pages';
import { isPending } from './pending-deliveries';

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

/** The sessions of its conversation that began last before it, and first after it. */
export async function findNeighbours(
  db: Queryable,
  { channelId, conversationId, startedAt }: SessionRow,
): Promise<{ before: SessionRow | null; after: SessionRow | null }> {
  const ofSame = and(eq(sessions.channelId, channelId), eq(sessions.conversationId, conversationId));
  const [before] = await db
    .select()
    .from(sessions)
    .where(and(ofSame, lt(sessions.startedAt, startedAt)))
    .orderBy(desc(sessions.startedAt))
    .limit(1);
  const [after] = await db
    .select()
    .from(sessions)
    .where(and(ofSame, gt(sessions.startedAt, startedAt)))
    .orderBy(asc(sessions.startedAt))
    .limit(1);
  return { before: before ?? null, after: after ?? null };
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
  /** A delivery in it is queued or being tried, or was sent. */
  has: 'queued' | 'sent' | undefined;
  /** What somebody looks for: an id of the session, of a delivery in it or its message, or of its conversation. */
  sought: { id: string; conversation: ConversationMatch } | undefined;
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

function withDelivery(db: Queryable, has: SessionFilter['has']): SQL | undefined {
  if (has === undefined) return undefined;
  const state = has === 'sent' ? eq(deliveries.status, 'sent') : isPending;
  const found = exists(
    db
      .select({ one: sql`1` })
      .from(deliveries)
      .where(and(eq(deliveries.sessionId, sessions.id), state)),
  );
  return has === 'sent' ? found : and(eq(sessions.status, 'open'), found);
}

/** Each kind of id by its own index, whatever the order of the list: an `or` over the tables would walk all sessions. */
function isSought(db: Queryable, sought: SessionFilter['sought']): SQL | undefined {
  if (sought === undefined) return undefined;
  const { id, conversation } = sought;
  const ofDelivery = (condition: SQL) => db.select({ id: deliveries.sessionId }).from(deliveries).where(condition);
  const ofConversation = conversation.map(({ conversationId, channelIds }) =>
    db
      .select({ id: sessions.id })
      .from(channels)
      .innerJoin(sessions, and(eq(sessions.channelId, channels.id), eq(sessions.conversationId, conversationId)))
      .where(channelIds === null ? undefined : inArray(channels.id, channelIds)),
  );
  const found = unionAll(
    db.select({ id: sessions.id }).from(sessions).where(eq(sessions.id, id)),
    ofDelivery(eq(deliveries.id, id)),
    ofDelivery(eq(deliveries.gatewayMessageId, id)),
    ...ofConversation,
  );
  return inArray(sessions.id, found);
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
        withDelivery(db, filter.has),
        isSought(db, filter.sought),
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
