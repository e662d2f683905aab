import type { Channel } from '../../api/client';
import {
  Checkbox,
  Disclosure,
  DurationInput,
  Field,
  FieldGroup,
  OptionalDuration,
  Select,
  TextArea,
  TextInput,
} from '../../ui';
import { delayInWords } from '../../words/delays';
import { surveyNames } from '../../words/statuses';
import styles from './followup-dialog.module.css';
import { type FollowupField, type FollowupValues, triggerNames } from './values';
import { surveyCooldownSeconds } from './what-it-does';

export type FieldProps = {
  values: FollowupValues;
  errors: Partial<Record<FollowupField, string>>;
  channels: Channel[];
  onChange: (changes: Partial<FollowupValues>) => void;
};

const rare = ['trigger', 'cooldownSeconds', 'maxLatenessSeconds'] as const;
const usual = { trigger: 'no_reply', cooldownSeconds: null, maxLatenessSeconds: null } as const;

/** All fields of a followup; those that most leave as they are stand under More. */
export function FollowupFields(props: FieldProps) {
  const { values, errors, channels, onChange } = props;
  return (
    <>
      <Field label="Title" error={errors.title} hint="For you and your colleagues. Users never see it.">
        <TextInput
          value={values.title}
          onChange={({ target }) => onChange({ title: target.value })}
          placeholder="Still there?"
        />
      </Field>
      <Field label="Message" error={errors.message}>
        <TextArea
          value={values.message}
          onChange={({ target }) => onChange({ message: target.value })}
          placeholder="Are you still there? I am happy to help."
          rows={3}
        />
      </Field>
      <Field label="Delay" error={errors.delaySeconds}>
        <DurationInput value={values.delaySeconds} onChange={(delaySeconds) => onChange({ delaySeconds })} />
      </Field>
      <Field label="Survey type" error={errors.surveyType}>
        <Select
          value={values.surveyType ?? ''}
          onChange={({ target }) =>
            onChange({ surveyType: target.value === '' ? null : (target.value as keyof typeof surveyNames) })
          }
        >
          <option value="">No survey</option>
          {Object.entries(surveyNames).map(([type, name]) => (
            <option key={type} value={type}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <ChannelsField values={values} errors={errors} channels={channels} onChange={onChange} />
      <Disclosure
        label="More"
        opened={rare.some((field) => errors[field] !== undefined || values[field] !== usual[field])}
      >
        <RareFields {...props} />
      </Disclosure>
    </>
  );
}

function ChannelsField({ values, errors, channels, onChange }: FieldProps) {
  const toggle = (id: string, chosen: boolean) =>
    onChange({ channelIds: chosen ? [...values.channelIds, id] : values.channelIds.filter((each) => each !== id) });
  return (
    <FieldGroup label="Channels" error={errors.channelIds}>
      <div className={styles.channels}>
        {channels.map(({ id, name, type }) => (
          <Checkbox
            key={id}
            checked={values.channelIds.includes(id)}
            onChange={({ target }) => toggle(id, target.checked)}
            label={
              <>
                {name} <small>{type === 'webchat' ? 'Web chat' : 'Webhook'}</small>
              </>
            }
          />
        ))}
      </div>
    </FieldGroup>
  );
}

function RareFields({ values, errors, onChange }: FieldProps) {
  const usualCooldown =
    values.surveyType === null
      ? 'Default: none'
      : `Default: ${delayInWords(surveyCooldownSeconds)}, as it has a survey`;
  return (
    <>
      <Field label="Trigger" error={errors.trigger}>
        <Select
          value={values.trigger}
          onChange={({ target }) => onChange({ trigger: target.value as keyof typeof triggerNames })}
        >
          {Object.entries(triggerNames).map(([trigger, name]) => (
            <option key={trigger} value={trigger}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <Field
        label="Cooldown"
        error={errors.cooldownSeconds}
        hint="It is not sent again in the same conversation within this time, whatever the session."
      >
        <OptionalDuration
          none={usualCooldown}
          some="At least"
          label="Cooldown, length"
          initial={86_400}
          value={values.cooldownSeconds}
          onChange={(cooldownSeconds) => onChange({ cooldownSeconds })}
        />
      </Field>
      <Field
        label="Lateness"
        error={errors.maxLatenessSeconds}
        hint="When it would come later than planned by more than this, after an outage for example, it is left out."
      >
        <OptionalDuration
          none="Default: as the agent says"
          some="At most"
          label="Lateness, length"
          initial={3_600}
          value={values.maxLatenessSeconds}
          onChange={(maxLatenessSeconds) => onChange({ maxLatenessSeconds })}
        />
      </Field>
    </>
  );
}
