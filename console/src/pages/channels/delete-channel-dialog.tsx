import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, type Channel } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { useFollowups } from '../../api/lists';
import { ConfirmDialog, useToasts } from '../../ui';
import { plural } from '../../words/numbers';

/** Asks before a channel is deleted, and says what ends with it. */
export function DeleteChannelDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const toasts = useToasts();
  const followups = useFollowups(channel.agentId);
  const only = (followups.data ?? []).filter(
    ({ channelIds }) => channelIds.length === 1 && channelIds[0] === channel.id,
  ).length;
  const deleting = useMutation({
    mutationFn: () => api.deleteChannel({ channelId: channel.id }),
    onSuccess: async () => {
      client.setQueryData<Channel[]>(queryKeys.channels(channel.agentId), (channels) =>
        channels?.filter(({ id }) => id !== channel.id),
      );
      await navigate({ to: '/agents/$agentId/channels', params: { agentId: channel.agentId }, ignoreBlocker: true });
      client.removeQueries({ queryKey: queryKeys.channel(channel.id) });
      void client.invalidateQueries({ queryKey: ['followups'] });
      toasts.done(`${channel.name} was deleted`);
    },
    onError: toasts.failed,
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete ${channel.name}?`}
      confirm="Delete channel"
      danger
      busy={deleting.isPending}
      onConfirm={() => deleting.mutate()}
    >
      <p>Its open sessions end, and nothing more is sent on it. What happened stays in the records.</p>
      {only > 0 && (
        <p>
          {plural(only, 'followup')} {only === 1 ? 'works' : 'work'} on no other channel, and will send nothing.
        </p>
      )}
      <p>This cannot be taken back.</p>
    </ConfirmDialog>
  );
}
