import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { usePolling } from '../../api/live';
import { Badge, Skeleton } from '../../ui';
import { healthInWords } from './channel-words';

/** How the endpoint of a channel does, asked again while it is looked at. */
export function useChannelHealth(channelId: string) {
  const everyMs = Math.min(usePolling(), 15_000);
  return useQuery({
    queryKey: queryKeys.channelHealth(channelId),
    queryFn: () => api.getChannelHealth({ channelId }),
    refetchInterval: everyMs,
  });
}

export function HealthBadge({ channelId }: { channelId: string }) {
  const health = useChannelHealth(channelId);
  if (health.isPending) return <Skeleton width="4.5rem" />;
  if (health.isError) return <Badge title="Its health could not be read">Not known</Badge>;
  const { label, tone, says } = healthInWords(health.data);
  return (
    <>
      <Badge tone={tone} dot title={says}>
        {label}
      </Badge>
      {health.data.reportsOnlyOneSide && (
        <Badge tone="warn" title={health.data.reportsOnlyOneSide.message}>
          One side only
        </Badge>
      )}
    </>
  );
}
