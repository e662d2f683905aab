import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { fieldErrors } from '../../api/problems';
import { rememberAgent } from '../../shell/agent';
import { Combobox, Field, Fields, TextInput } from '../../ui';
import { localTimeZone, timeZoneOptions, zoneSearch } from '../../words/time-zones';
import { useStepDone } from './progress';
import { samples } from './samples';
import { StepForm } from './step';

export function AgentForm() {
  const stepDone = useStepDone();
  const [name, setName] = useState(samples.agent().name);
  const [timeZone, setTimeZone] = useState(localTimeZone());
  const create = useMutation({
    mutationFn: () => api.createAgent({ name, identity: { timeZone } }),
    onSuccess: (agent) => {
      rememberAgent(agent.id);
      return stepDone();
    },
  });
  const errors = fieldErrors(create.error, ['name', 'identity']);
  return (
    <StepForm
      action="Create agent"
      busy={create.isPending}
      error={Object.keys(errors).length === 0 ? create.error : null}
      onSubmit={() => create.mutate()}
    >
      <Fields>
        <Field label="Name" error={errors.name ?? errors['']}>
          <TextInput value={name} onChange={({ target }) => setName(target.value)} />
        </Field>
        <Field label="Time zone" error={errors.identity}>
          <Combobox
            label="Time zone"
            value={timeZone}
            options={timeZoneOptions()}
            onChange={setTimeZone}
            searchPlaceholder={zoneSearch}
          />
        </Field>
      </Fields>
    </StepForm>
  );
}
