import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api/client';
import { queryKeys } from '../api/keys';
import { fieldErrors } from '../api/problems';
import { Button, Combobox, Dialog, ErrorState, Field, TextInput } from '../ui';
import { localTimeZone, timeZoneOptions, zoneSearch } from '../words/time-zones';

/** Makes an agent that is always available, and goes to its Identity, where its hours are. */
export function NewAgentDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [timeZone, setTimeZone] = useState(localTimeZone());
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: () => api.createAgent({ name, identity: { timeZone } }),
    onSuccess: async (agent) => {
      await client.invalidateQueries({ queryKey: queryKeys.agents });
      onClose();
      await navigate({ to: '/agents/$agentId/identity', params: { agentId: agent.id } });
    },
  });
  const errors = fieldErrors(create.error, ['name', 'identity']);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="New agent"
      description="Who talks with your users. Its hours are set on the next page."
      onSubmit={() => create.mutate()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={create.isPending}>
            Create
          </Button>
        </>
      }
    >
      <Field label="Name" error={errors.name}>
        <TextInput value={name} onChange={(event) => setName(event.target.value)} placeholder="Ada of Acme support" />
      </Field>
      <Field
        label="Time zone"
        error={errors.identity}
        hint="Its hours, and the days of its statistics, are in this zone."
      >
        <Combobox
          label="Time zone"
          value={timeZone}
          options={timeZoneOptions()}
          onChange={setTimeZone}
          searchPlaceholder={zoneSearch}
        />
      </Field>
      {create.isError && Object.keys(errors).length === 0 && <ErrorState error={create.error} />}
    </Dialog>
  );
}
