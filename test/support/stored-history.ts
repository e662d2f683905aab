import { decisions, deliveries, deliveryAttempts, sessions } from '../../src/db/schema';
import { newId } from '../../src/ids';
import type { TestApi } from './api';

type SessionRow = typeof sessions.$inferSelect;
type DeliveryRow = typeof deliveries.$inferSelect;

/** Rows as a worker writes them. */
export async function storeSession(
  api: TestApi,
  conversation: { channelId: string; agentId: string; conversationId: string },
  fields: Partial<typeof sessions.$inferInsert> = {},
): Promise<SessionRow> {
  const runId = newId('ses').slice(4);
  const [row] = await api.deps.database.db
    .insert(sessions)
    .values({
      id: newId('ses'),
      ...conversation,
      workflowId: `session/${conversation.channelId}/${conversation.conversationId}`,
      openedByRunId: runId,
      firstRunId: runId,
      runId,
      status: 'open',
      startedAt: new Date(),
      planRevision: 1,
      ...fields,
    })
    .returning();
  if (!row) throw new Error('no session was stored');
  return row;
}

export async function storeDelivery(
  api: TestApi,
  session: SessionRow,
  followupId: string,
  fields: Partial<typeof deliveries.$inferInsert> = {},
): Promise<DeliveryRow> {
  const at = new Date();
  const [row] = await api.deps.database.db
    .insert(deliveries)
    .values({
      id: newId('dlv'),
      sessionId: session.id,
      followupId,
      followupRevision: 1,
      channelId: session.channelId,
      agentId: session.agentId,
      conversationId: session.conversationId,
      status: 'sent',
      reason: 'sent',
      anchorAt: at,
      dueAt: at,
      sendAt: at,
      ...fields,
    })
    .returning();
  if (!row) throw new Error('no delivery was stored');
  return row;
}

export async function storeAttempt(api: TestApi, values: typeof deliveryAttempts.$inferInsert): Promise<void> {
  await api.deps.database.db.insert(deliveryAttempts).values(values);
}

export async function storeDecision(api: TestApi, values: typeof decisions.$inferInsert): Promise<void> {
  await api.deps.database.db.insert(decisions).values(values);
}
