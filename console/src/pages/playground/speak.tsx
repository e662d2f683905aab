import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Flag, Send } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { v4 as randomUuid } from 'uuid';
import { api, type MessageInput, type Session } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { fieldErrors } from '../../api/problems';
import { Button, Card, ErrorState, Field, Fields, Select, TextArea, useToasts } from '../../ui';
import styles from './playground.module.css';

type Speaker = 'agent' | 'operator';
type Awaiting = NonNullable<MessageInput['awaiting']>;

const firstWords = 'Hello! How can I help you?';

/** Speaks in the chat as the other side does: as the agent, or as a human operator who has taken over. */
export function Speak({
  channelId,
  conversationId,
  session,
}: {
  channelId: string;
  conversationId: string | null;
  session: Session | null;
}) {
  const client = useQueryClient();
  const toasts = useToasts();
  const [from, setFrom] = useState<Speaker>('agent');
  const [awaiting, setAwaiting] = useState<Awaiting>('user');
  // The id goes with the text: the same again, after an answer that was lost, is the same message.
  const [draft, setDraft] = useState(() => ({ id: randomUuid(), text: firstWords }));
  const write = (text: string) => setDraft({ id: randomUuid(), text });
  const conversation = { channelId, conversationId: conversationId ?? '' };
  const refresh = () =>
    client.invalidateQueries({ queryKey: queryKeys.conversationSession(channelId, conversation.conversationId) });
  const say = useMutation({
    mutationFn: () => api.reportMessage(conversation, { ...draft, from, ...(from === 'agent' ? { awaiting } : {}) }),
    onSuccess: () => {
      write('');
      void refresh();
    },
  });
  const end = useMutation({
    mutationFn: () => api.endConversation(conversation),
    onSuccess: () => {
      toasts.done('The session ends', 'The next message opens another one.');
      void refresh();
    },
    onError: (error) => toasts.failed(error),
  });
  const mayEnd = conversationId !== null && session?.status === 'open';
  const maySay = conversationId !== null && draft.text.trim() !== '' && !say.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (maySay) say.mutate();
  };
  const errors = fieldErrors(say.error, ['text', 'from', 'awaiting']);
  return (
    <Card title="The other side" description="What your bot does through the API, by hand.">
      <form className={styles.form} onSubmit={submit} noValidate>
        <Fields>
          <Field label="Speak as" error={errors.from}>
            <Select value={from} onChange={({ target }) => setFrom(target.value as Speaker)}>
              <option value="agent">The agent</option>
              <option value="operator">A human operator</option>
            </Select>
          </Field>
          {from === 'agent' && (
            <Field label="And wait for" error={errors.awaiting}>
              <Select value={awaiting} onChange={({ target }) => setAwaiting(target.value as Awaiting)}>
                <option value="user">The user</option>
                <option value="operator">A colleague</option>
                <option value="nobody">Nobody: goodbye</option>
              </Select>
            </Field>
          )}
        </Fields>
        <Field label="What to say" error={errors.text}>
          <TextArea
            rows={2}
            value={draft.text}
            maxLength={4_096}
            placeholder="Is there anything else I can do for you?"
            onChange={({ target }) => write(target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
              submit(event);
            }}
          />
        </Field>
        {say.isError && Object.keys(errors).length === 0 && <ErrorState error={say.error} />}
        <div className={styles.buttons}>
          <Button
            kind="primary"
            type="submit"
            icon={<Send size={15} aria-hidden />}
            busy={say.isPending}
            disabled={!maySay}
          >
            {from === 'agent' ? 'Send as the agent' : 'Send as the operator'}
          </Button>
          <Button
            icon={<Flag size={15} aria-hidden />}
            busy={end.isPending}
            disabled={!mayEnd}
            onClick={() => end.mutate()}
          >
            End conversation
          </Button>
          {conversationId === null && <span className={styles.hint}>The user writes first, in the chat.</span>}
        </div>
      </form>
    </Card>
  );
}
