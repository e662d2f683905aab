import { useQuery } from '@tanstack/react-query';
import { type Agent, api, type Channel, every, type Followup } from './client';
import { queryKeys } from './keys';

/** Everything of a list, whatever its number of pages. */
export async function whole<Item>(pages: AsyncGenerator<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

/** All agents, the oldest first. */
export const useAgents = () =>
  useQuery<Agent[]>({
    queryKey: queryKeys.agents,
    queryFn: async () => (await whole(every(api.listAgents, { limit: 200 }))).reverse(),
  });

/** All channels of an agent, the oldest first; those made for trying out are not among them. */
export const useChannels = (agentId: string) =>
  useQuery<Channel[]>({
    queryKey: queryKeys.channels(agentId),
    queryFn: async () =>
      (await whole(every(api.listChannels, { agentId, limit: 200 })))
        .filter((channel) => !channel.playground)
        .reverse(),
  });

/** All followups of an agent, the newest first. */
export const useFollowups = (agentId: string) =>
  useQuery<Followup[]>({
    queryKey: queryKeys.followups(agentId),
    queryFn: () => whole(every(api.listFollowups, { agentId, limit: 200 })),
  });
