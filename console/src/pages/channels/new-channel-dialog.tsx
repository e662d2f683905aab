import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Channel, type ChannelCreated } from '../../api/client';
import { fieldErrors } from '../../api/problems';
import { useAgent } from '../../shell/agent';
import {
  Button,
  Checkbox,
  Choice,
  Dialog,
  Disclosure,
  ErrorState,
  Field,
  FieldGroup,
  TextInput,
  useToasts,
} from '../../ui';
import { SecretOnce } from './secret-once';

/** Creates a channel. That of a webhook shows its signing secret before it goes on to the channel. */
export function NewChannelDialog({ onClose }: { onClose: () => void }) {
  const agent = useAgent();
  const client = useQueryClient();
  const navigate = useNavigate();
  const toasts = useToasts();
  const [name, setName] = useState('');
  const [type, setType] = useState<Channel['type']>('webhook');
  const [url, setUrl] = useState('');
  const [hashes, setHashes] = useState(false);
  const goTo = (channel: ChannelCreated) =>
    navigate({
      to: '/agents/$agentId/channels/$channelId',
      params: { agentId: agent.id, channelId: channel.id },
    });
  const creating = useMutation({
    mutationFn: () =>
      api.createChannel({
        agentId: agent.id,
        name,
        type,
        ...(type === 'webhook' ? { endpoint: { url: url.trim() }, hashConversationIds: hashes } : {}),
      }),
    onSuccess: async (channel) => {
      void client.invalidateQueries({ queryKey: ['channels'] });
      toasts.done(`${channel.name} was created`);
      if (channel.signingSecret === null) await goTo(channel);
    },
  });
  const created = creating.data;
  if (created && created.signingSecret !== null) {
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && void goTo(created)}
        title={`${created.name} was created`}
        footer={
          <Button kind="primary" onClick={() => void goTo(created)}>
            Go on to the channel
          </Button>
        }
      >
        <SecretOnce secret={created.signingSecret} />
      </Dialog>
    );
  }
  const errors = fieldErrors(creating.error, ['name', 'endpoint', 'hashConversationIds']);
  const isPlaced = Boolean(errors.name || errors.endpoint || errors.hashConversationIds);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="New channel"
      onSubmit={() => creating.mutate()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={creating.isPending}>
            Create
          </Button>
        </>
      }
    >
      <Field label="Name" error={errors.name}>
        <TextInput value={name} onChange={(event) => setName(event.target.value)} placeholder="WhatsApp" />
      </Field>
      <FieldGroup label="Type">
        <Choice
          value={type}
          onChange={setType}
          options={[
            { value: 'webhook', label: 'Webhook', hint: 'Your gateway is sent each followup, and delivers it.' },
            { value: 'webchat', label: 'Web chat', hint: 'A chat for your pages, part of the service.' },
          ]}
        />
      </FieldGroup>
      {type === 'webhook' && (
        <>
          <Field label="Endpoint URL" error={errors.endpoint} hint="Where followups are sent to, signed.">
            <TextInput
              type="url"
              inputMode="url"
              value={url}
              onChange={(event) => setUrl(event.target.value)}
              placeholder="https://gateway.example.com/followups"
            />
          </Field>
          <Disclosure label="More" opened={errors.hashConversationIds !== undefined}>
            <FieldGroup label="Conversation ids" error={errors.hashConversationIds}>
              <Checkbox
                label="They are phone numbers or e-mail addresses: keep only a code in place of each. For good."
                checked={hashes}
                onChange={(event) => setHashes(event.target.checked)}
              />
            </FieldGroup>
          </Disclosure>
        </>
      )}
      {creating.isError && !isPlaced && <ErrorState error={creating.error} />}
    </Dialog>
  );
}
