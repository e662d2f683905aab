import { useMutation } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { api, type Channel, type Followup } from '../../api/client';
import { useChannels } from '../../api/lists';
import { fieldErrors, inWords } from '../../api/problems';
import { useAgent } from '../../shell/agent';
import {
  Button,
  ChannelTestResult,
  Dialog,
  ErrorState,
  Field,
  LinkButton,
  Loading,
  Notice,
  Select,
  TextInput,
} from '../../ui';

/** Sends a followup to oneself: by a webhook as a test, in a web chat in the Playground. */
export function SendTestDialog({ followup, onClose }: { followup: Followup; onClose: () => void }) {
  const agent = useAgent();
  const channels = useChannels(agent.id);
  const own = channels.data?.filter(({ id }) => followup.channelIds.includes(id)) ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const [conversationId, setConversationId] = useState('');
  const channel = own.find(({ id }) => id === chosen) ?? own[0];
  const send = useMutation({
    mutationFn: ({ id }: Channel) =>
      api.testFollowup(
        { followupId: followup.id },
        { channelId: id, ...(conversationId.trim() === '' ? {} : { conversationId: conversationId.trim() }) },
      ),
  });
  // What is on channels that are on no list was made in the Playground.
  const isTrial = channels.isSuccess && !channel && followup.channelIds.length > 0;
  const inChat = isTrial || channel?.type === 'webchat';
  const errors = fieldErrors(send.error, ['channelId', 'conversationId']);
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title="Send me a test"
      description={`“${followup.title}”, now. It is marked as a test, counts in no numbers, and no session learns of it.`}
      onSubmit={() => channel && !inChat && send.mutate(channel)}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          {inChat ? (
            <LinkButton
              kind="primary"
              to="/agents/$agentId/playground"
              params={{ agentId: agent.id }}
              search={{ followup: followup.id }}
            >
              Open the Playground
            </LinkButton>
          ) : (
            <Button
              kind="primary"
              type="submit"
              icon={<Send size={15} aria-hidden />}
              busy={send.isPending}
              disabled={!channel}
            >
              Send
            </Button>
          )}
        </>
      }
    >
      {channels.isPending && <Loading lines={2} />}
      {channels.isError && <ErrorState error={channels.error} onRetry={() => void channels.refetch()} />}
      {channels.data && !channel && !isTrial && (
        <Notice>This followup is on no channel. Edit it to give it one.</Notice>
      )}
      {channel && (
        <Field label="Channel" error={errors.channelId}>
          <Select
            value={channel.id}
            onChange={({ target }) => {
              setChosen(target.value);
              send.reset();
            }}
          >
            {own.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {inChat && (
        <p>
          This is a web chat. The Playground opens one as your users see it, and sends this followup there after a few
          seconds.
        </p>
      )}
      {channel && !inChat && (
        <Field
          label="Conversation"
          optional
          error={errors.conversationId}
          hint="Yours, as the gateway names it, so that it can show you the message. Left empty it is “test”."
        >
          <TextInput value={conversationId} onChange={({ target }) => setConversationId(target.value)} />
        </Field>
      )}
      {send.error && Object.keys(errors).length === 0 && (
        <Notice tone="bad" title="Not sent">
          {inWords(send.error).detail}
        </Notice>
      )}
      {send.data && <ChannelTestResult test={send.data} />}
    </Dialog>
  );
}
