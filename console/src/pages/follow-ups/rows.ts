import type { AgentStats, Channel, Followup } from '../../api/client';
import type { Sorting } from '../../ui/sorting';

export type FollowupStatsRow = AgentStats['followups'][number];

/** A followup with what its row shows. */
export type FollowupRow = {
  followup: Followup;
  channels: Channel[];
  /** null: not read yet. */
  stats: FollowupStatsRow | null;
};

export type Filters = { q?: string; channel?: string; status?: string };

/** Followups that were made for trying out alone are no rules of the agent. `channels`: without those for trying. */
export const isRule = ({ channelIds }: Followup, channels: Pick<Channel, 'id'>[]): boolean =>
  channelIds.length === 0 || channels.some(({ id }) => channelIds.includes(id));

/** The rules of an agent, each with what its row shows. */
export function rowsOf(followups: Followup[], channels: Channel[], stats: AgentStats | undefined): FollowupRow[] {
  const channelOf = new Map(channels.map((channel) => [channel.id, channel]));
  const statsOf = new Map(stats?.followups.map((each) => [each.followupId, each]));
  return followups
    .filter((followup) => isRule(followup, channels))
    .map((followup) => ({
      followup,
      channels: followup.channelIds.flatMap((id) => channelOf.get(id) ?? []),
      stats: statsOf.get(followup.id) ?? null,
    }));
}

export function filtered(rows: FollowupRow[], { q, channel, status }: Filters): FollowupRow[] {
  const wanted = (q ?? '').trim().toLocaleLowerCase();
  return rows.filter(
    ({ followup }) =>
      (status === undefined || followup.status === status) &&
      (channel === undefined || followup.channelIds.includes(channel)) &&
      (wanted === '' ||
        followup.title.toLocaleLowerCase().includes(wanted) ||
        followup.message.toLocaleLowerCase().includes(wanted)),
  );
}

const columns: Record<string, (row: FollowupRow) => string | number | null> = {
  title: ({ followup }) => followup.title,
  delay: ({ followup }) => followup.delaySeconds,
  status: ({ followup }) => followup.status,
  sent: ({ stats }) => stats?.sent ?? null,
  rate: ({ stats }) => stats?.responseRate ?? null,
};

const words = new Intl.Collator('en-GB', { numeric: true, sensitivity: 'base' });

/** What has no value stands last, in both directions. */
export function sorted(rows: FollowupRow[], { column, descending }: Sorting): FollowupRow[] {
  const keyOf = columns[column];
  if (!keyOf) return rows;
  const keyed = rows.map((row) => ({ row, value: keyOf(row) }));
  keyed.sort(({ value: one }, { value: other }) => {
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    const order = typeof one === 'number' ? one - Number(other) : words.compare(one, String(other));
    return descending ? -order : order;
  });
  return keyed.map(({ row }) => row);
}

/** `title`, or `-title` for descending. */
export const sortingOf = (text: string | undefined): Sorting => ({
  column: text?.replace(/^-/, '') ?? '',
  descending: text?.startsWith('-') ?? false,
});

export const sortingText = ({ column, descending }: Sorting): string => `${descending ? '-' : ''}${column}`;
