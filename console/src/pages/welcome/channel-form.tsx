import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type Agent, api } from '../../api/client';
import { fieldErrors } from '../../api/problems';
import { Field, TextInput } from '../../ui';
import { useStepDone } from './progress';
import { samples } from './samples';
import { StepForm } from './step';

export function ChannelForm({ agent }: { agent: Agent }) {
  const stepDone = useStepDone();
  const sample = samples.channel(agent.id);
  const [name, setName] = useState(sample.name);
  const create = useMutation({
    mutationFn: () => api.createChannel({ ...sample, name }),
    onSuccess: stepDone,
  });
  const errors = fieldErrors(create.error, ['name']);
  return (
    <StepForm
      action="Create web chat"
      busy={create.isPending}
      error={Object.keys(errors).length === 0 ? create.error : null}
      onSubmit={() => create.mutate()}
    >
      <Field label="Name" error={errors.name ?? errors['']}>
        <TextInput value={name} onChange={({ target }) => setName(target.value)} />
      </Field>
    </StepForm>
  );
}
