import { useQuery } from '@tanstack/react-query';
import { api, type Channel, every } from '../../api/client';
import { useAgents, whole } from '../../api/lists';

/** A channel with the agent that it belongs to: keys are not of one agent alone. */
export type OwnedChannel = Channel & { agentName: string };

/** The channels of all agents, by agent; those made for trying out have no gateway. */
export function useAllChannels() {
  const agents = useAgents();
  const channels = useQuery<Channel[]>({
    queryKey: ['channels', 'all'],
    queryFn: () => whole(every(api.listChannels, { playground: 'false', limit: 200 })),
  });
  const nameOf = new Map(agents.data?.map(({ id, name }) => [id, name]));
  return {
    isPending: agents.isPending || channels.isPending,
    error: agents.error ?? channels.error,
    refetch: () => Promise.all([agents.refetch(), channels.refetch()]),
    data:
      agents.data &&
      channels.data
        ?.map((channel) => ({ ...channel, agentName: nameOf.get(channel.agentId) ?? '' }))
        .sort((one, other) => one.agentName.localeCompare(other.agentName) || one.name.localeCompare(other.name)),
  };
}
