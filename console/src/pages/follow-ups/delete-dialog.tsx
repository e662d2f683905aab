import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Followup } from '../../api/client';
import { isMissing } from '../../api/query-client';
import { ConfirmDialog, useToasts } from '../../ui';
import { queuedInWords } from './queued-in-words';
import { forgetFollowup } from './store';
import { droppedInWords } from './use-switching';

/** Asks, and deletes. */
export function DeleteDialog({
  followup,
  queued,
  onClose,
  onDeleted,
}: {
  followup: Followup;
  queued: number | null;
  onClose: () => void;
  onDeleted: () => void;
}) {
  const client = useQueryClient();
  const toasts = useToasts();
  const remove = useMutation({
    mutationFn: async () => {
      try {
        await api.deleteFollowup({ followupId: followup.id });
      } catch (error) {
        // Somebody else was faster: what was wanted is so.
        if (!isMissing(error)) throw error;
      }
    },
    onSuccess: () => {
      onClose();
      onDeleted();
      forgetFollowup(client, followup);
      toasts.done(`“${followup.title}” was deleted`, droppedInWords(queued));
    },
    onError: toasts.failed,
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete “${followup.title}”?`}
      confirm="Delete"
      danger
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
    >
      {queued !== 0 && <p>{queuedInWords(queued)}</p>}
      <p>This cannot be undone. What it has sent stays in the sessions. To pause it, deactivate it instead.</p>
    </ConfirmDialog>
  );
}
