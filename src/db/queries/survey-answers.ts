import { and, eq, sql } from 'drizzle-orm';
import type { Queryable } from '../client';
import { deliveries, type SurveyType } from '../schema';

/** A delivery, as far as its survey goes. */
export type SurveyedDelivery = {
  id: string;
  channelId: string;
  /** null: it has no survey. */
  type: SurveyType | null;
  /** It reached the user, or may have. */
  reached: boolean;
  answer: { score: number; comment: string | null; at: Date } | null;
};

/** null for an unknown delivery, or one that was erased. */
export async function findSurveyedDelivery(db: Queryable, deliveryId: string): Promise<SurveyedDelivery | null> {
  const [row] = await db
    .select({
      id: deliveries.id,
      channelId: deliveries.channelId,
      type: deliveries.surveyType,
      score: deliveries.surveyScore,
      comment: deliveries.surveyComment,
      at: deliveries.surveyAnsweredAt,
      // A user may answer before the gateway has: then the attempt has begun, and its outcome is not written yet.
      reached: sql<boolean>`${deliveries.status} in ('sent', 'unknown') or (${deliveries.status} = 'sending' and exists (
        select 1 from delivery_attempts a where a.delivery_id = ${deliveries.id} and a.sending_at is not null))`,
    })
    .from(deliveries)
    .where(eq(deliveries.id, deliveryId));
  if (!row) return null;
  const { score, comment, at, ...delivery } = row;
  return { ...delivery, answer: score === null || at === null ? null : { score, comment, at } };
}

/** Keeps the newest answer: one that was given earlier than the stored one changes nothing. */
export async function recordSurveyAnswer(
  db: Queryable,
  deliveryId: string,
  answer: { score: number; comment: string | null; at: Date },
): Promise<void> {
  await db
    .update(deliveries)
    .set({
      surveyScore: answer.score,
      surveyComment: answer.comment,
      surveyAnsweredAt: answer.at,
      updatedAt: answer.at,
    })
    .where(
      and(
        eq(deliveries.id, deliveryId),
        sql`coalesce(${deliveries.surveyAnsweredAt} <= ${answer.at.toISOString()}::timestamptz, true)`,
      ),
    );
}
