import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Key, type KeyCreated, type KeyInput } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { fieldErrors } from '../../api/problems';
import {
  Button,
  Checkbox,
  Choice,
  CodeBlock,
  Dialog,
  ErrorState,
  Field,
  FieldGroup,
  Loading,
  Notice,
  Select,
  TextInput,
} from '../../ui';
import { scopeNames } from '../../words/statuses';
import styles from './api-keys.module.css';
import { type Expiry, expiresAt, expiries } from './expiry';
import { scopeHints } from './key-words';
import type { useAllChannels } from './use-all-channels';

type Channels = ReturnType<typeof useAllChannels>;

const fields = ['name', 'scope', 'channelIds', 'expiresAt'] as const;

/** Creates a key, and shows it the one time that it can be seen. */
export function NewKeyDialog({ channels, onClose }: { channels: Channels; onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Key['scope']>('gateway');
  const [channelIds, setChannelIds] = useState<string[] | null>(null);
  const [expiry, setExpiry] = useState<Expiry>('never');
  const [date, setDate] = useState('');
  const create = useMutation({
    mutationFn: (body: KeyInput) => api.createKey(body),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.apiKeys }),
  });
  if (create.data) return <CreatedKey created={create.data} onClose={onClose} />;
  const errors = fieldErrors(create.error, fields);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="New API key"
      onSubmit={() =>
        create.mutate({
          name,
          scope,
          channelIds: scope === 'gateway' ? channelIds : null,
          expiresAt: expiresAt(expiry, date, Date.now()),
        })
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={create.isPending}>
            Create
          </Button>
        </>
      }
    >
      <Field label="Name" error={errors.name} hint="What it is for: whoever revokes it one day will be glad.">
        <TextInput value={name} onChange={({ target }) => setName(target.value)} placeholder="Web shop gateway" />
      </Field>
      <FieldGroup label="Scope" error={errors.scope}>
        <Choice
          value={scope}
          onChange={setScope}
          options={(['gateway', 'read', 'admin'] as const).map((value) => ({
            value,
            label: scopeNames[value],
            hint: scopeHints[value],
          }))}
        />
      </FieldGroup>
      {scope === 'gateway' && (
        <ChannelsField channels={channels} value={channelIds} onChange={setChannelIds} error={errors.channelIds} />
      )}
      <Field label="Expires" error={errors.expiresAt}>
        <Select value={expiry} onChange={({ target }) => setExpiry(target.value as Expiry)}>
          {Object.entries(expiries).map(([value, says]) => (
            <option key={value} value={value}>
              {says}
            </option>
          ))}
        </Select>
        {expiry === 'date' && (
          <TextInput
            id={undefined}
            type="date"
            aria-label="Works until the end of"
            value={date}
            onChange={({ target }) => setDate(target.value)}
          />
        )}
      </Field>
      {create.isError && !fields.some((field) => errors[field]) && <ErrorState error={create.error} />}
    </Dialog>
  );
}

/** null: all channels, those that come later as well. */
function ChannelsField({
  channels,
  value,
  onChange,
  error,
}: {
  channels: Channels;
  value: string[] | null;
  onChange: (channelIds: string[] | null) => void;
  error: string | undefined;
}) {
  return (
    <FieldGroup label="Channels" error={error}>
      <Checkbox
        checked={value === null}
        onChange={({ target }) => onChange(target.checked ? null : [])}
        label="All channels, of all agents, also those that come later"
      />
      {value !== null &&
        (channels.isPending ? (
          <Loading lines={2} />
        ) : channels.data === undefined ? (
          <ErrorState error={channels.error} onRetry={() => void channels.refetch()} />
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
          <section className={styles.channels} aria-label="The channels" tabIndex={0}>
            {channels.data.length === 0 && <p>There is no channel yet.</p>}
            {channels.data.map(({ id, name, agentName }) => (
              <Checkbox
                key={id}
                checked={value.includes(id)}
                onChange={({ target }) =>
                  onChange(target.checked ? [...value, id] : value.filter((each) => each !== id))
                }
                label={
                  <>
                    {name} <small>{agentName}</small>
                  </>
                }
              />
            ))}
          </section>
        ))}
    </FieldGroup>
  );
}

function CreatedKey({ created, onClose }: { created: KeyCreated; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`“${created.name}” was created`}
      footer={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <Notice tone="warn" title="Copy it now: it is shown this once">
        Only its hash is kept. If it is lost, revoke it and create another one.
      </Notice>
      <CodeBlock label="API key" code={created.key} />
    </Dialog>
  );
}
