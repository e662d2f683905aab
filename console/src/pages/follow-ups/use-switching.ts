import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Followup } from '../../api/client';
import { useToasts } from '../../ui';
import { plural } from '../../words/numbers';
import { storeFollowup } from './store';

/** @param queued what switching off drops; null: not known */
type Switching = { followup: Followup; status: Followup['status']; queued: number | null };

/** Switches a followup on or off. It is shown at once, and taken back when it did not work. */
export function useSwitching() {
  const client = useQueryClient();
  const toasts = useToasts();
  return useMutation({
    mutationFn: ({ followup: { id }, status }: Switching) =>
      status === 'active' ? api.activateFollowup({ followupId: id }) : api.deactivateFollowup({ followupId: id }),
    onMutate: ({ followup, status }) => storeFollowup(client, { ...followup, status }),
    onSuccess: (followup, { queued }) => {
      storeFollowup(client, followup);
      if (followup.status === 'active') toasts.done(`“${followup.title}” is active`, 'It is at work at once.');
      else toasts.done(`“${followup.title}” is inactive`, droppedInWords(queued));
    },
    onError: (error, { followup }) => {
      storeFollowup(client, followup);
      toasts.failed(error);
    },
  });
}

/** What became of the queued messages of a followup that is off; undefined: nothing to say. */
export const droppedInWords = (queued: number | null): string | undefined =>
  queued === null || queued === 0
    ? undefined
    : `${plural(queued, 'queued message was', 'queued messages were')} dropped.`;
