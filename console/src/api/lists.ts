import { queryOptions, useQuery } from '@tanstack/react-query';
import { type Agent, api, type Channel, every, type Followup } from './client';
import { queryKeys } from './keys';

/** Everything of a list, whatever its number of pages. */
export async function whole<Item>(pages: AsyncGenerator<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

/** All agents, the oldest first. */
export const agentsQuery = queryOptions<Agent[]>({
  queryKey: queryKeys.agents,
  queryFn: async () => (await whole(every(api.listAgents, { limit: 200 }))).reverse(),
});

export const useAgents = () => useQuery(agentsQuery);

export const agentQuery = (agentId: string) =>
  queryOptions<Agent>({ queryKey: queryKeys.agent(agentId), queryFn: () => api.getAgent({ agentId }) });

/** All channels of an agent, the oldest first; those made for trying out are not among them. */
export const channelsQuery = (agentId: string) =>
  queryOptions<Channel[]>({
    queryKey: queryKeys.channels(agentId),
    queryFn: async () => (await whole(every(api.listChannels, { agentId, playground: 'false', limit: 200 }))).reverse(),
  });

export const useChannels = (agentId: string) => useQuery(channelsQuery(agentId));

/** All followups of an agent, the newest first. Of many the first page is there before the others. */
export const followupsQuery = (agentId: string) =>
  queryOptions<Followup[]>({
    queryKey: queryKeys.followups(agentId),
    queryFn: async ({ client, queryKey }) => {
      const found: Followup[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        // What fits on a screen, then the rest.
        const page = await api.listFollowups({ agentId, ...(cursor ? { limit: 200, cursor } : { limit: 50 }) });
        found.push(...page.items);
        cursor = page.nextCursor;
        client.setQueryData<Followup[]>(queryKey, (shown) => shown ?? [...found]);
      }
      return found;
    },
  });

export const useFollowups = (agentId: string) => useQuery(followupsQuery(agentId));

/** What an agent's followups have come to in the last 30 days. */
export const agentStatsQuery = (agentId: string) =>
  queryOptions({ queryKey: queryKeys.agentStats(agentId), queryFn: () => api.getAgentStats({ agentId }) });
