import type { Database } from '../db/client';
import { findMessageChannels, type MessageChannel } from '../db/queries/channels';
import type { RequestDeadline } from './request-deadline';

/** How long a channel is known without asking the database again: another process's deletion takes this long here. */
const knownForMs = 5_000;
const maxKnown = 10_000;

/** What messages need to know of their channels. All of it but the deletion is for good, so it is kept for a moment. */
export interface MessageChannels {
  /** Deleted ones too, with the time; unknown ones are left out. One look at the database at most. */
  find(channelIds: readonly string[], deadline: RequestDeadline): Promise<ReadonlyMap<string, MessageChannel>>;
  /** Makes a deletion take effect at once in this process. */
  forget(channelId: string): void;
}

export function createMessageChannels(deps: { database: Database; clock: () => number }): MessageChannels {
  const known = new Map<string, { channel: MessageChannel; atMs: number }>();

  function remembered(channelId: string, nowMs: number): MessageChannel | undefined {
    const entry = known.get(channelId);
    // A clock that was set back must not keep a channel alive.
    return entry && nowMs >= entry.atMs && nowMs < entry.atMs + knownForMs ? entry.channel : undefined;
  }

  return {
    async find(channelIds, deadline) {
      const nowMs = deps.clock();
      const found = new Map<string, MessageChannel>();
      const missing: string[] = [];
      for (const channelId of channelIds) {
        const channel = remembered(channelId, nowMs);
        if (channel) found.set(channelId, channel);
        else missing.push(channelId);
      }
      if (missing.length === 0) return found;
      const read = await deadline.database(findMessageChannels(deps.database.db, missing));
      if (known.size + read.size > maxKnown) known.clear();
      for (const [channelId, channel] of read) {
        found.set(channelId, channel);
        if (!channel.deletedAt) known.set(channelId, { channel, atMs: nowMs });
      }
      return found;
    },
    forget(channelId) {
      known.delete(channelId);
    },
  };
}
