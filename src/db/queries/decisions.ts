import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { deliveryId } from '../../ids';
import type { PendingDecision } from '../../workflows/policy/session-state';
import type { Db } from '../client';
import { type DecidedOn, decisions, deliveries, followups, sessions } from '../schema';

const toIso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** The ground of a decision, as it is stored. */
export function decidedOn(
  ground: Pick<PendingDecision, 'lastUserAtMs' | 'lastOperatorAtMs' | 'planRevision' | 'availableUntilMs'>,
): DecidedOn {
  return {
    lastUserMessageAt: toIso(ground.lastUserAtMs),
    lastOperatorMessageAt: toIso(ground.lastOperatorAtMs),
    planRevision: ground.planRevision,
    availableUntil: toIso(ground.availableUntilMs),
  };
}

/**
 * Appends decisions of a session and brings the deliveries that they concern up to date. Repeating it changes nothing:
 * decisions are numbered by the session, and a delivery that has ended is never changed.
 */
export async function recordDecisions(db: Db, sessionId: string, pending: PendingDecision[]): Promise<void> {
  if (pending.length === 0) return;
  // An erased session has nothing to write to.
  const [session] = await db.select({ id: sessions.id }).from(sessions).where(eq(sessions.id, sessionId));
  if (!session) return;
  await db
    .insert(decisions)
    .values(
      pending.map((decision) => ({
        sessionId,
        sequence: decision.sequence,
        followupId: decision.followupId,
        at: new Date(decision.atMs),
        anchorAt: new Date(decision.anchorMs),
        dueAt: new Date(decision.dueMs),
        sendAt: decision.sendMs === null ? null : new Date(decision.sendMs),
        status: decision.status,
        reason: decision.reason,
        detail: decision.detail,
        decidedOn: decidedOn(decision),
      })),
    )
    .onConflictDoNothing();
  for (const decision of pending) {
    if (decision.status === 'queued') await queueDelivery(db, sessionId, decision);
    else if (decision.status !== 'sent') await settleDelivery(db, sessionId, decision);
  }
}

async function queueDelivery(db: Db, sessionId: string, decision: PendingDecision): Promise<void> {
  const [known] = await db
    .select({ session: sessions, revision: followups.revision, surveyType: followups.surveyType })
    .from(sessions)
    .innerJoin(followups, eq(followups.id, decision.followupId))
    .where(eq(sessions.id, sessionId));
  if (!known) return;
  const state = {
    status: decision.status,
    reason: decision.reason,
    detail: decision.detail,
    anchorAt: new Date(decision.anchorMs),
    dueAt: new Date(decision.dueMs),
    sendAt: new Date(decision.sendMs ?? decision.dueMs),
    decidedOn: decidedOn(decision),
    updatedAt: new Date(),
  };
  await db
    .insert(deliveries)
    .values({
      ...state,
      id: deliveryId(sessionId, decision.followupId),
      sessionId,
      followupId: decision.followupId,
      followupRevision: known.revision,
      surveyType: known.surveyType,
      channelId: known.session.channelId,
      agentId: known.session.agentId,
      conversationId: known.session.conversationId,
    })
    .onConflictDoUpdate({
      target: [deliveries.sessionId, deliveries.followupId],
      set: state,
      // One whose request was begun is not queued any more, and a repeated write must not undo a later decision.
      setWhere: sql`(${deliveries.status} in ('queued', 'skipped') or (${deliveries.status} = 'sending' and not exists (
          select 1 from delivery_attempts a where a.delivery_id = ${deliveries.id}
            and a.sending_at is not null and a.outcome is distinct from 'withheld')))
        and not exists (select 1 from decisions later where later.session_id = ${sessionId}
          and later.followup_id = ${decision.followupId} and later.sequence > ${decision.sequence})`,
    });
}

async function settleDelivery(db: Db, sessionId: string, decision: PendingDecision): Promise<void> {
  // A skipped followup was not being sent; only what is still pending may become failed or unknown.
  const from: SQL = inArray(deliveries.status, ['queued', 'sending']);
  await db
    .update(deliveries)
    .set({
      status: decision.status,
      reason: decision.reason,
      detail: decision.detail,
      decidedOn: decidedOn(decision),
      updatedAt: new Date(),
    })
    .where(and(eq(deliveries.sessionId, sessionId), eq(deliveries.followupId, decision.followupId), from));
}
