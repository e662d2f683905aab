import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { useAgent } from '../../shell/agent';
import { Badge, Skeleton } from '../../ui';
import { useNow } from '../../ui/time';
import { availabilityInWords } from './availability-words';

const atMostMs = 60_000;

/** Whether the agent is available now, by the hours that are saved. It asks again when that is about to change. */
export function LiveAvailability() {
  const { id, identity } = useAgent();
  const nowMs = useNow(10_000);
  const availability = useQuery({
    queryKey: queryKeys.availability(id),
    queryFn: () => api.getAgentAvailability({ agentId: id }),
    refetchInterval: ({ state: { data } }) => {
      const changesAt = data?.until ?? data?.opensAt;
      if (!changesAt) return atMostMs;
      return Math.min(atMostMs, Math.max(1_000, Date.parse(changesAt) - Date.now() + 500));
    },
  });
  if (availability.isPending) return <Skeleton width="14rem" />;
  if (availability.isError) return null;
  return (
    <Badge tone={availability.data.open ? 'good' : 'neutral'} dot>
      <span role="status">{availabilityInWords(availability.data, nowMs, identity.timeZone)}</span>
    </Badge>
  );
}
