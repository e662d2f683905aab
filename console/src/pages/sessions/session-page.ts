import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { usePolling } from '../../api/live';

/** Few enough that each of them can be asked live. */
const pageSize = 20;

export type SessionFilters = Partial<Record<'channel' | 'state' | 'q', string | undefined>>;

/** What a person may ask for, and how the API is asked for it. */
export const states = {
  open: { label: 'Open', asked: { status: 'open' } },
  queued: { label: 'Queued', asked: { has: 'queued' } },
  sent: { label: 'Sent', asked: { has: 'sent' } },
  ended: { label: 'Ended', asked: { status: 'ended' } },
} as const;

const askedOf = (state: string | undefined) =>
  state !== undefined && state in states ? states[state as keyof typeof states].asked : {};

/** A page of sessions from the database alone: it is there at once, whatever the workflows do. */
export function useSessionPage(agentId: string, { channel, state, q }: SessionFilters, cursor: string | undefined) {
  const filter = {
    ...{ agentId, live: 'false' as const, limit: pageSize },
    ...askedOf(state),
    ...(channel ? { channelId: channel } : {}),
    ...(q ? { q } : {}),
    ...(cursor ? { cursor } : {}),
  };
  return useQuery({
    queryKey: queryKeys.sessions(filter),
    queryFn: ({ signal }) => api.listSessions(filter, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: usePolling(),
  });
}

/** The sessions that an id leads to, whatever agent they are of; two say that there are several. */
export const findSessions = async (q: string) => (await api.listSessions({ q, live: 'false', limit: 2 })).items;
