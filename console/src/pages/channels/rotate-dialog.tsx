import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Channel } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { useAgent } from '../../shell/agent';
import { Button, ConfirmDialog, Dialog, Time, useToasts } from '../../ui';
import { SecretOnce } from './secret-once';

/** Asks, and shows the new signing secret once. */
export function RotateDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const { timeZone } = useAgent().identity;
  const client = useQueryClient();
  const toasts = useToasts();
  const rotating = useMutation({
    mutationFn: () => api.rotateChannelSecret({ channelId: channel.id }),
    onSuccess: ({ signingSecret: _, previousSecretValidUntil: __, ...rotated }) =>
      client.setQueryData(queryKeys.channel(channel.id), rotated),
    onError: toasts.failed,
  });
  if (rotating.data) {
    const { signingSecret, previousSecretValidUntil } = rotating.data;
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title="The new signing secret"
        footer={
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <SecretOnce secret={signingSecret}>
          <p>
            Until <Time at={previousSecretValidUntil} timeZone={timeZone} /> every request is signed with the old secret
            as well, so that your gateway can change over.
          </p>
        </SecretOnce>
      </Dialog>
    );
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Rotate the signing secret?"
      confirm="Rotate secret"
      busy={rotating.isPending}
      onConfirm={() => rotating.mutate()}
    >
      You get a new one. The old one stays valid for 24 hours; rotating again within that time ends the older one at
      once.
    </ConfirmDialog>
  );
}
