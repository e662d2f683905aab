import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Key } from '../../api/client';
import { useConsoleSession } from '../../api/console-session';
import { queryKeys } from '../../api/keys';
import { ConfirmDialog, ErrorState, Notice, useToasts } from '../../ui';
import { ago } from '../../words/times';
import styles from './api-keys.module.css';
import { scopeLosses } from './key-words';

export function RevokeKeyDialog({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const client = useQueryClient();
  const toasts = useToasts();
  const isOwn = useConsoleSession().data?.keyId === apiKey.id;
  const revoke = useMutation({
    mutationFn: () => api.revokeKey({ keyId: apiKey.id }),
    onSuccess: async () => {
      toasts.done(`“${apiKey.name}” was revoked`);
      onClose();
      await client.invalidateQueries({ queryKey: queryKeys.apiKeys });
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Revoke “${apiKey.name}”?`}
      confirm="Revoke"
      danger
      busy={revoke.isPending}
      onConfirm={() => revoke.mutate()}
    >
      <div className={styles.dialog}>
        <p>{scopeLosses[apiKey.scope]} This cannot be undone.</p>
        <p>
          {apiKey.lastUsedAt ? `It was last used ${ago(apiKey.lastUsedAt, Date.now())}.` : 'It has never been used.'}
        </p>
        {isOwn && (
          <Notice tone="warn" title="You are signed in with this key">
            You are signed out at once. Have another admin key at hand, or you have to start the service again for a new
            link.
          </Notice>
        )}
        {revoke.isError && <ErrorState error={revoke.error} />}
      </div>
    </ConfirmDialog>
  );
}
