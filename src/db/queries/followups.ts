import { and, asc, eq, ilike, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '../client';
import { channels, followupChannels, followups } from '../schema';
import { afterPage, newestFirst, type PageRequest } from './pages';

export type FollowupRow = typeof followups.$inferSelect;
export type NewFollowup = typeof followups.$inferInsert;

/** What a followup's answer says, or warns, of a channel that it works on. */
export type AssignedChannel = {
  id: string;
  name: string;
  messagingWindowSeconds: number | null;
  outsideWindow: 'skip' | 'send';
};

const present = (followupId: string) => and(eq(followups.id, followupId), isNull(followups.deletedAt));

export async function insertFollowup(tx: Queryable, values: NewFollowup): Promise<FollowupRow> {
  const [row] = await tx.insert(followups).values(values).returning();
  if (!row) throw new Error('The inserted followup did not come back.');
  return row;
}

/** null for an unknown or deleted followup, here and below. */
export async function findFollowup(db: Queryable, followupId: string): Promise<FollowupRow | null> {
  const [row] = await db.select().from(followups).where(present(followupId));
  return row ?? null;
}

/** Whether there is, or was, such a followup. */
export async function followupExisted(db: Queryable, followupId: string): Promise<boolean> {
  const rows = await db.select({ id: followups.id }).from(followups).where(eq(followups.id, followupId));
  return rows.length > 0;
}

/** Locks the followup until the transaction ends. Before its channels are locked, never after. */
export async function lockFollowup(tx: Queryable, followupId: string): Promise<FollowupRow | null> {
  const [row] = await tx.select().from(followups).where(present(followupId)).for('update');
  return row ?? null;
}

export async function updateFollowup(
  tx: Queryable,
  followupId: string,
  values: Partial<NewFollowup>,
): Promise<FollowupRow> {
  const [row] = await tx.update(followups).set(values).where(eq(followups.id, followupId)).returning();
  if (!row) throw new Error('The followup is locked, and yet it is gone.');
  return row;
}

export async function assignChannels(
  tx: Queryable,
  followup: { id: string; agentId: string },
  channelIds: string[],
  assignedAt: Date,
): Promise<void> {
  if (channelIds.length === 0) return;
  await tx
    .insert(followupChannels)
    .values(
      channelIds.map((channelId) => ({ followupId: followup.id, channelId, agentId: followup.agentId, assignedAt })),
    );
}

export async function unassignChannels(tx: Queryable, followupId: string, channelIds: string[]): Promise<void> {
  if (channelIds.length === 0) return;
  await tx
    .delete(followupChannels)
    .where(and(eq(followupChannels.followupId, followupId), inArray(followupChannels.channelId, channelIds)));
}

/** The channels of each followup that are not deleted, in the order of their creation. */
export async function assignedChannels(db: Queryable, followupIds: string[]): Promise<Map<string, AssignedChannel[]>> {
  const result = new Map<string, AssignedChannel[]>(followupIds.map((followupId) => [followupId, []]));
  if (followupIds.length === 0) return result;
  const rows = await db
    .select({
      followupId: followupChannels.followupId,
      id: channels.id,
      name: channels.name,
      messagingWindowSeconds: channels.messagingWindowSeconds,
      outsideWindow: channels.outsideWindow,
    })
    .from(followupChannels)
    .innerJoin(channels, and(eq(channels.id, followupChannels.channelId), isNull(channels.deletedAt)))
    .where(inArray(followupChannels.followupId, followupIds))
    .orderBy(asc(channels.createdAt), asc(channels.id));
  for (const { followupId, ...channel } of rows) result.get(followupId)?.push(channel);
  return result;
}

export type FollowupFilter = {
  agentId: string | undefined;
  channelId: string | undefined;
  status: 'active' | 'inactive' | undefined;
  /** Part of the title or the message. */
  q: string | undefined;
};

export function listFollowups(db: Queryable, filter: FollowupFilter, page: PageRequest): Promise<FollowupRow[]> {
  const conditions: (SQL | undefined)[] = [isNull(followups.deletedAt), afterPage(followups, page.after)];
  if (filter.agentId !== undefined) conditions.push(eq(followups.agentId, filter.agentId));
  if (filter.status !== undefined) conditions.push(eq(followups.status, filter.status));
  if (filter.q !== undefined) {
    // What LIKE gives a meaning is looked for as it stands.
    const pattern = `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(or(ilike(followups.title, pattern), ilike(followups.message, pattern)));
  }
  if (filter.channelId !== undefined) {
    const onChannel = db
      .select({ id: followupChannels.followupId })
      .from(followupChannels)
      .innerJoin(channels, and(eq(channels.id, followupChannels.channelId), isNull(channels.deletedAt)))
      .where(eq(followupChannels.channelId, filter.channelId));
    // As an array, and not joined: where many were made since the tables were last analysed, PostgreSQL would expect few, and
    // compare each of them with all.
    conditions.push(sql`${followups.id} = any(array(${onChannel}))`);
  }
  return db
    .select()
    .from(followups)
    .where(and(...conditions))
    .orderBy(...newestFirst(followups))
    .limit(page.limit);
}
