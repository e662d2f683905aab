import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { useChannels } from '../../api/lists';
import { isMissing } from '../../api/query-client';
import { useAgent } from '../../shell/agent';
import { Badge } from '../../ui';

/** A session's channel: one of the agent's, one made for trying out, or one that was deleted since. */
export function useSessionChannel(channelId: string) {
  const channels = useChannels(useAgent().id);
  const listed = channels.data?.find(({ id }) => id === channelId);
  const other = useQuery({
    queryKey: queryKeys.channel(channelId),
    queryFn: () => api.getChannel({ channelId }),
    enabled: channels.isFetched && !listed,
    staleTime: 5 * 60_000,
  });
  return { channel: listed ?? other.data, isDeleted: isMissing(other.error) };
}

export function ChannelName({ channelId }: { channelId: string }) {
  const { channel, isDeleted } = useSessionChannel(channelId);
  if (isDeleted) return <span title={channelId}>Deleted channel</span>;
  if (channel?.playground) return <Badge title={channel.name}>Playground</Badge>;
  return channel?.name ?? '–';
}
