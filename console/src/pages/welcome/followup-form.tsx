import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Channel } from '../../api/client';
import { fieldErrors } from '../../api/problems';
import { sentNumber } from '../../api/sent-number';
import { DurationInput, Field, TextArea, TextInput } from '../../ui';
import { useStepDone } from './progress';
import { samples } from './samples';
import { StepForm } from './step';

export function FollowupForm({ channel }: { channel: Channel }) {
  const stepDone = useStepDone();
  const sample = samples.followup(channel.id);
  const [title, setTitle] = useState(sample.title);
  const [message, setMessage] = useState(sample.message);
  const [delaySeconds, setDelaySeconds] = useState<number | null>(sample.delaySeconds);
  const create = useMutation({
    mutationFn: () => api.createFollowup({ ...sample, title, message, delaySeconds: sentNumber(delaySeconds) }),
    onSuccess: stepDone,
  });
  const errors = fieldErrors(create.error, ['title', 'message', 'delaySeconds']);
  return (
    <StepForm
      action="Save"
      busy={create.isPending}
      error={Object.keys(errors).length === 0 ? create.error : null}
      onSubmit={() => create.mutate()}
    >
      <Field label="Title" error={errors.title ?? errors['']}>
        <TextInput value={title} onChange={({ target }) => setTitle(target.value)} />
      </Field>
      <Field label="Message" error={errors.message}>
        <TextArea rows={2} value={message} onChange={({ target }) => setMessage(target.value)} />
      </Field>
      <Field label="Delay" error={errors.delaySeconds}>
        <DurationInput value={delaySeconds} onChange={setDelaySeconds} />
      </Field>
    </StepForm>
  );
}
