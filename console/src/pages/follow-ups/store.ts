import type { QueryClient } from '@tanstack/react-query';
import type { Followup } from '../../api/client';
import { queryKeys } from '../../api/keys';

/** Shows a followup as it is now wherever it is shown. */
export function storeFollowup(client: QueryClient, followup: Followup): void {
  client.setQueryData(queryKeys.followup(followup.id), followup);
  client.setQueryData<Followup[]>(queryKeys.followups(followup.agentId), (list) =>
    list?.some(({ id }) => id === followup.id)
      ? list.map((each) => (each.id === followup.id ? followup : each))
      : list && [followup, ...list],
  );
  void client.invalidateQueries({ queryKey: queryKeys.followupHistory(followup.id) });
}

export function forgetFollowup(client: QueryClient, { id, agentId }: Followup): void {
  client.setQueryData<Followup[]>(queryKeys.followups(agentId), (list) => list?.filter((each) => each.id !== id));
}
