import { inArray, sql } from 'drizzle-orm';
import type { Queryable } from '../client';
import { channels, type channels as channelTable } from '../schema';

export type ChannelRow = typeof channelTable.$inferSelect;

/**
 * Locks channels against each other's changes and against sessions that are being opened (which read the plan under
 * a share lock). Always in the order of their ids, so that two changes of several channels cannot wait for each other.
 *
 * @returns the rows of those that exist, deleted ones included
 */
export function lockChannels(tx: Queryable, channelIds: string[]): Promise<ChannelRow[]> {
  if (channelIds.length === 0) return Promise.resolve([]);
  return tx.select().from(channels).where(inArray(channels.id, channelIds)).orderBy(channels.id).for('update');
}

/**
 * Marks a change that the sessions of these channels must learn of. In the same transaction as the change, and after
 * {@link lockChannels}; when it has committed, the rollout of each channel is to be started.
 */
export async function raisePlanRevisions(tx: Queryable, channelIds: string[]): Promise<void> {
  if (channelIds.length === 0) return;
  await tx
    .update(channels)
    .set({ planRevision: sql`${channels.planRevision} + 1`, planChangedAt: sql`now()` })
    .where(inArray(channels.id, channelIds));
}
