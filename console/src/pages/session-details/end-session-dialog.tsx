import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Session } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { useFollowups } from '../../api/lists';
import { isPending } from '../../api/sessions';
import { ConfirmDialog, ErrorState, Field, Select, useToasts } from '../../ui';
import { plural } from '../../words/numbers';
import styles from './session-details.module.css';

type Outcome = NonNullable<Session['outcome']>;

export function EndSessionDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const { id, agentId, channelId, conversationId, followups } = session;
  const client = useQueryClient();
  const toasts = useToasts();
  const [outcome, setOutcome] = useState<Outcome | ''>('');
  const end = useMutation({
    mutationFn: () => api.endConversation({ channelId, conversationId }, outcome === '' ? {} : { outcome }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: queryKeys.session(id) });
      toasts.done('The session ends');
      onClose();
    },
  });
  const rules = useFollowups(agentId).data;
  // What waits for the end comes after it.
  const isForTheEnd = (followupId: string) =>
    rules?.some((rule) => rule.id === followupId && rule.trigger === 'conversation_over');
  const pending = followups.filter((one) => isPending(one) && !isForTheEnd(one.followupId)).length;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="End session?"
      confirm="End session"
      busy={end.isPending}
      onConfirm={() => end.mutate()}
    >
      <div className={styles.dialog}>
        <p>
          {pending > 0
            ? `${plural(pending, 'followup')} that would still be sent ${pending === 1 ? 'is' : 'are'} dropped. `
            : ''}
          Followups for when a conversation is over, such as surveys, are still sent. The next message opens another
          session.
        </p>
        <Field label="Outcome" optional>
          <Select value={outcome} onChange={(event) => setOutcome(event.target.value as Outcome | '')}>
            <option value="">Not said</option>
            <option value="resolved">Resolved</option>
            <option value="unresolved">Unresolved</option>
          </Select>
        </Field>
        {end.isError && <ErrorState error={end.error} />}
      </div>
    </ConfirmDialog>
  );
}
