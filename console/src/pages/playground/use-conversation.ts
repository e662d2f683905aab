import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Delivery, type Session } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { useEvents } from '../../api/live';
import { isMissing } from '../../api/query-client';
import { askAgainMs } from '../../api/sessions';

/** Who speaks wants to see at once what follows from it. */
const askEveryMs = 2_000;

/** The live (or last) session of a conversation, asked live; null: there is none yet. */
export function useConversationSession(channelId: string, conversationId: string | null) {
  const client = useQueryClient();
  const queryKey = queryKeys.conversationSession(channelId, conversationId ?? '');
  useEvents((event) => {
    if (event.channelId !== channelId || event.conversationId !== conversationId) return;
    void client.invalidateQueries({ queryKey });
  });
  return useQuery<Session | null>({
    queryKey,
    enabled: conversationId !== null,
    queryFn: async ({ signal }) => {
      try {
        return await api.getConversationSession({ channelId, conversationId: conversationId ?? '' }, { signal });
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) => askAgainMs(state.data ?? undefined, askEveryMs, Date.now()) || askEveryMs,
  });
}

export function useSessionDeliveries(sessionId: string): Delivery[] {
  const filter = { sessionId, limit: 200 };
  const deliveries = useQuery({
    queryKey: queryKeys.deliveries(filter),
    queryFn: () => api.listDeliveries(filter),
    // An answered survey has no event.
    refetchInterval: askEveryMs,
  });
  return deliveries.data?.items ?? [];
}
