import { and, asc, eq, gte, inArray, lt } from 'drizzle-orm';
import type { FollowupReason, FollowupStatus } from '../../workflows/policy/reasons';
import type { Queryable } from '../client';
import { deliveries, deliveryAttempts, sessions } from '../schema';
import { afterPage, newestFirst, type PageRequest } from './pages';
import { type ConversationMatch, matchesConversation, type StoredConversation } from './sessions';

export type AttemptRow = typeof deliveryAttempts.$inferSelect;

/** A delivery with its attempts, oldest first, and the workflow that carries it. */
export type DeliveryDetails = {
  delivery: typeof deliveries.$inferSelect;
  workflowId: string;
  runId: string;
  attempts: AttemptRow[];
};

const selectDeliveries = (db: Queryable) =>
  db
    .select({ delivery: deliveries, workflowId: sessions.workflowId, runId: sessions.runId })
    .from(deliveries)
    .innerJoin(sessions, eq(sessions.id, deliveries.sessionId));

async function withAttempts(db: Queryable, rows: Omit<DeliveryDetails, 'attempts'>[]): Promise<DeliveryDetails[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.delivery.id);
  const attempts = await db
    .select()
    .from(deliveryAttempts)
    .where(inArray(deliveryAttempts.deliveryId, ids))
    .orderBy(asc(deliveryAttempts.attempt));
  const byDelivery = new Map<string, AttemptRow[]>(ids.map((id) => [id, []]));
  for (const attempt of attempts) byDelivery.get(attempt.deliveryId)?.push(attempt);
  return rows.map((row) => ({ ...row, attempts: byDelivery.get(row.delivery.id) ?? [] }));
}

/** null for an unknown delivery. */
export async function findDelivery(db: Queryable, deliveryId: string): Promise<DeliveryDetails | null> {
  const rows = await selectDeliveries(db).where(eq(deliveries.id, deliveryId));
  const [found] = await withAttempts(db, rows);
  return found ?? null;
}

/** All of a session, oldest first. */
export async function listSessionDeliveries(db: Queryable, sessionId: string): Promise<DeliveryDetails[]> {
  const rows = await selectDeliveries(db).where(eq(deliveries.sessionId, sessionId)).orderBy(asc(deliveries.createdAt));
  return withAttempts(db, rows);
}

/** Whether the delivery is one of this conversation. */
export async function isDeliveryOf(
  db: Queryable,
  deliveryId: string,
  { channelId, conversationIds }: StoredConversation,
): Promise<boolean> {
  const rows = await db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.id, deliveryId),
        eq(deliveries.channelId, channelId),
        inArray(deliveries.conversationId, conversationIds),
      ),
    );
  return rows.length > 0;
}

/** Of many deliveries: of which conversation each one is, by its id. */
export async function conversationsOfDeliveries(db: Queryable, deliveryIds: string[]) {
  const rows = await db
    .select({ id: deliveries.id, channelId: deliveries.channelId, conversationId: deliveries.conversationId })
    .from(deliveries)
    .where(inArray(deliveries.id, deliveryIds));
  return new Map(rows.map((row) => [row.id, row]));
}

export type DeliveryFilter = {
  agentId: string | undefined;
  channelId: string | undefined;
  conversation: ConversationMatch | undefined;
  followupId: string | undefined;
  sessionId: string | undefined;
  status: FollowupStatus | undefined;
  reason: FollowupReason | undefined;
  gatewayMessageId: string | undefined;
  /** Created then or later. */
  from: Date | undefined;
  /** Created before. */
  to: Date | undefined;
};

export async function listDeliveries(
  db: Queryable,
  filter: DeliveryFilter,
  page: PageRequest,
): Promise<DeliveryDetails[]> {
  const equals = (['agentId', 'channelId', 'followupId', 'sessionId', 'status', 'reason', 'gatewayMessageId'] as const)
    .filter((column) => filter[column] !== undefined)
    .map((column) => eq(deliveries[column], filter[column] as string));
  const rows = await selectDeliveries(db)
    .where(
      and(
        ...equals,
        matchesConversation(deliveries, filter.conversation),
        filter.from === undefined ? undefined : gte(deliveries.createdAt, filter.from),
        filter.to === undefined ? undefined : lt(deliveries.createdAt, filter.to),
        afterPage(deliveries, page.after),
      ),
    )
    .orderBy(...newestFirst(deliveries))
    .limit(page.limit);
  return withAttempts(db, rows);
}
