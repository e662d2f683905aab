import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Session } from '../../api/client';
import { Button, Dialog, ErrorState, Field, TextInput, useToasts } from '../../ui';
import styles from './session-details.module.css';

/** What is erased does not come back, so the conversation is named by hand. */
export function EraseConversationDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const { agentId, channelId, conversationId } = session;
  const client = useQueryClient();
  const navigate = useNavigate();
  const toasts = useToasts();
  const [typed, setTyped] = useState('');
  const isNamed = typed.trim() === conversationId;
  const erase = useMutation({
    mutationFn: () => api.eraseConversation({ channelId, conversationId }),
    onSuccess: async () => {
      toasts.done('The conversation is erased');
      await navigate({ to: '/agents/$agentId/sessions', params: { agentId } });
      void client.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Erase conversation"
      description="All its sessions, deliveries and decisions are erased, with its workflow and history in Temporal. What it counted for in the statistics stays. This cannot be undone."
      onSubmit={() => isNamed && erase.mutate()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="danger" disabled={!isNamed} busy={erase.isPending}>
            Erase conversation
          </Button>
        </>
      }
    >
      <div className={styles.dialog}>
        <Field label="Conversation id" hint={`To confirm, type ${conversationId}`}>
          <TextInput
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            spellCheck={false}
            autoCapitalize="off"
          />
        </Field>
        {erase.isError && <ErrorState error={erase.error} />}
      </div>
    </Dialog>
  );
}
