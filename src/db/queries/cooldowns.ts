import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Queryable } from '../client';
import { deliveries, type followups } from '../schema';

/** A survey is not asked again within a week, unless the followup says otherwise. */
const surveyCooldownSeconds = 604_800;

type Cooling = Pick<typeof followups.$inferSelect, 'id' | 'cooldownSeconds' | 'surveyType'>;

/** How long a followup keeps quiet in a conversation after it was sent there, or its survey answered, in seconds. */
export const cooldownSecondsOf = ({ cooldownSeconds, surveyType }: Omit<Cooling, 'id'>): number =>
  cooldownSeconds ?? (surveyType === null ? 0 : surveyCooldownSeconds);

/**
 * Until when each of these followups keeps quiet in a conversation, epoch milliseconds; only those that have to.
 * One that may have been delivered counts as one that was.
 */
export async function readCooldowns(
  db: Queryable,
  channelId: string,
  conversationId: string,
  candidates: Cooling[],
): Promise<Map<string, number>> {
  const cooling = candidates.filter((followup) => cooldownSecondsOf(followup) > 0);
  if (cooling.length === 0) return new Map();
  const rows = await db
    .select({
      followupId: deliveries.followupId,
      lastAt: sql<string>`greatest(max(coalesce(${deliveries.sentAt}, ${deliveries.sendAt})), max(${deliveries.surveyAnsweredAt}))`,
    })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.channelId, channelId),
        eq(deliveries.conversationId, conversationId),
        sql`${deliveries.status} in ('sent', 'unknown')`,
        inArray(
          deliveries.followupId,
          cooling.map(({ id }) => id),
        ),
      ),
    )
    .groupBy(deliveries.followupId);
  const until = new Map<string, number>();
  for (const { followupId, lastAt } of rows) {
    const followup = cooling.find(({ id }) => id === followupId);
    if (followup) until.set(followupId, Date.parse(lastAt) + cooldownSecondsOf(followup) * 1_000);
  }
  return until;
}
