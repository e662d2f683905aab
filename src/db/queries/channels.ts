import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Queryable } from '../client';
import { channels } from '../schema';
import { afterPage, newestFirst, type PageRequest } from './pages';
import type { ChannelRow } from './plan-revisions';

export type { ChannelRow } from './plan-revisions';
export type NewChannel = typeof channels.$inferInsert;

const present = (channelId: string) => and(eq(channels.id, channelId), isNull(channels.deletedAt));

export async function insertChannel(db: Queryable, values: NewChannel): Promise<ChannelRow> {
  const [row] = await db.insert(channels).values(values).returning();
  if (!row) throw new Error('The inserted channel did not come back.');
  return row;
}

/** null for an unknown or deleted channel. */
export async function findChannel(db: Queryable, channelId: string): Promise<ChannelRow | null> {
  const [row] = await db.select().from(channels).where(present(channelId));
  return row ?? null;
}

export type MessageChannel = Pick<ChannelRow, 'id' | 'type' | 'agentId' | 'hashConversationIds' | 'deletedAt'>;

/** What a message needs to know of its channel, by id; deleted ones too, with the time. */
export async function findMessageChannels(db: Queryable, channelIds: string[]): Promise<Map<string, MessageChannel>> {
  const rows = await db
    .select({
      id: channels.id,
      type: channels.type,
      agentId: channels.agentId,
      hashConversationIds: channels.hashConversationIds,
      deletedAt: channels.deletedAt,
    })
    .from(channels)
    .where(inArray(channels.id, channelIds));
  return new Map(rows.map((row) => [row.id, row]));
}

export type ChannelFilter = {
  agentId: string | undefined;
  /** Only playgrounds, or only channels that are none. */
  playground: boolean | undefined;
  /** Only these; null: all. */
  channelIds: string[] | null;
};

export function listChannels(db: Queryable, filter: ChannelFilter, page: PageRequest): Promise<ChannelRow[]> {
  return db
    .select()
    .from(channels)
    .where(
      and(
        isNull(channels.deletedAt),
        filter.agentId === undefined ? undefined : eq(channels.agentId, filter.agentId),
        filter.playground === undefined ? undefined : eq(channels.playground, filter.playground),
        filter.channelIds === null ? undefined : inArray(channels.id, filter.channelIds),
        afterPage(channels, page.after),
      ),
    )
    .orderBy(...newestFirst(channels))
    .limit(page.limit);
}

/** The ids of an agent's channels that are not deleted. */
export async function channelIdsOfAgent(db: Queryable, agentId: string): Promise<string[]> {
  const rows = await db
    .select({ id: channels.id })
    .from(channels)
    .where(and(eq(channels.agentId, agentId), isNull(channels.deletedAt)));
  return rows.map((row) => row.id);
}

/** Those of the ids that name a channel which is not deleted. */
export async function existingChannelIds(db: Queryable, channelIds: string[]): Promise<string[]> {
  const rows = await db
    .select({ id: channels.id })
    .from(channels)
    .where(and(inArray(channels.id, channelIds), isNull(channels.deletedAt)));
  return rows.map((row) => row.id);
}

/** The channels whose conversation ids are stored as an HMAC, deleted ones included: their history stays. */
export async function hashingChannelIds(db: Queryable): Promise<string[]> {
  const rows = await db.select({ id: channels.id }).from(channels).where(eq(channels.hashConversationIds, true));
  return rows.map((row) => row.id);
}

export async function updateChannel(
  tx: Queryable,
  channelId: string,
  values: Partial<NewChannel>,
): Promise<ChannelRow> {
  const [row] = await tx.update(channels).set(values).where(eq(channels.id, channelId)).returning();
  if (!row) throw new Error('The channel is locked, and yet it is gone.');
  return row;
}
