import type { Channel } from '../../api/client';
import {
  Disclosure,
  DurationInput,
  Field,
  Fields,
  OptionalDuration,
  OptionalNumber,
  Select,
  TextArea,
  TextInput,
} from '../../ui';
import { ambiguousSends, type ChannelDraft, outsideWindows } from './channel-draft';

export const fieldNames = [
  'name',
  'endpoint',
  'sessionIdleSeconds',
  'messagingWindowSeconds',
  'outsideWindow',
  'ambiguousSend',
  'maxSendsPerSecond',
  'responseWindowSeconds',
  'surveyLinkSeconds',
  'transcriptRetentionSeconds',
  'allowedOrigins',
] as const;

export type FieldErrors = Partial<Record<(typeof fieldNames)[number] | '', string>>;

type Props = { draft: ChannelDraft; errors: FieldErrors; change: (changes: Partial<ChannelDraft>) => void };

/** The settings of a channel, those that most channels leave as they are under More. */
export function ChannelFields({ draft, errors, change }: Props) {
  return (
    <>
      <Field label="Name" error={errors.name}>
        <TextInput value={draft.name} onChange={(event) => change({ name: event.target.value })} />
      </Field>
      {draft.type === 'webhook' ? (
        <Field
          label="Endpoint URL"
          error={errors.endpoint}
          hint="Where followups are sent to. Saving another one resumes a paused channel."
        >
          <TextInput
            type="url"
            inputMode="url"
            value={draft.endpointUrl}
            onChange={(event) => change({ endpointUrl: event.target.value })}
          />
        </Field>
      ) : (
        <ChatFields draft={draft} errors={errors} change={change} />
      )}
      <Field
        label="A session ends when nobody wrote for"
        error={errors.sessionIdleSeconds}
        hint="The next message opens a new session, in which every followup may come again."
      >
        <DurationInput
          value={draft.sessionIdleSeconds}
          onChange={(sessionIdleSeconds) => change({ sessionIdleSeconds })}
        />
      </Field>
      <WindowFields draft={draft} errors={errors} change={change} />
      <MoreFields draft={draft} errors={errors} change={change} />
    </>
  );
}

function ChatFields({ draft, errors, change }: Props) {
  return (
    <>
      <Field
        label="Messages are kept for"
        error={errors.transcriptRetentionSeconds}
        hint="Whoever comes back within it finds the conversation as it was."
      >
        <DurationInput
          value={draft.transcriptRetentionSeconds}
          onChange={(transcriptRetentionSeconds) => change({ transcriptRetentionSeconds })}
          units={['hours', 'days']}
        />
      </Field>
      <Field
        label="Pages that may show the chat"
        optional
        error={errors.allowedOrigins}
        hint="Origins, one on each line. Left empty, any page may."
      >
        <TextArea
          rows={3}
          spellCheck={false}
          placeholder="https://shop.example.com"
          value={draft.allowedOrigins}
          onChange={(event) => change({ allowedOrigins: event.target.value })}
        />
      </Field>
    </>
  );
}

function WindowFields({ draft, errors, change }: Props) {
  return (
    <Fields>
      <Field
        label="Messaging window"
        error={errors.messagingWindowSeconds}
        hint="Some networks, such as WhatsApp, allow messages for 24 hours after the user’s last one."
      >
        <OptionalDuration
          none="Messages are always allowed"
          some="After the user’s last message, for"
          label="Messaging window, length"
          initial={86_400}
          value={draft.messagingWindowSeconds}
          onChange={(messagingWindowSeconds) => change({ messagingWindowSeconds })}
        />
      </Field>
      {draft.messagingWindowSeconds !== null && (
        <Field label="A followup outside the window" error={errors.outsideWindow}>
          <Select
            value={draft.outsideWindow}
            onChange={(event) => change({ outsideWindow: event.target.value as Channel['outsideWindow'] })}
          >
            {Object.entries(outsideWindows).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </Fields>
  );
}

function MoreFields({ draft, errors, change }: Props) {
  const isWrong = Boolean(
    errors.ambiguousSend || errors.maxSendsPerSecond || errors.responseWindowSeconds || errors.surveyLinkSeconds,
  );
  return (
    <Disclosure label="More" opened={isWrong}>
      <Fields>
        <Field
          label="Counts as a response within"
          error={errors.responseWindowSeconds}
          hint="A user’s message so long after a followup."
        >
          <DurationInput
            value={draft.responseWindowSeconds}
            onChange={(responseWindowSeconds) => change({ responseWindowSeconds })}
          />
        </Field>
        <Field label="A survey’s link works for" error={errors.surveyLinkSeconds} hint="After it was sent.">
          <DurationInput
            value={draft.surveyLinkSeconds}
            onChange={(surveyLinkSeconds) => change({ surveyLinkSeconds })}
          />
        </Field>
      </Fields>
      {draft.type === 'webhook' && (
        <Field
          label="When an answer of the gateway was lost"
          error={errors.ambiguousSend}
          hint="Nobody knows then whether the user has the message. Every attempt has the same webhook-id."
        >
          <Select
            value={draft.ambiguousSend}
            onChange={(event) => change({ ambiguousSend: event.target.value as Channel['ambiguousSend'] })}
          >
            {Object.entries(ambiguousSends).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Field label="Sends per second" error={errors.maxSendsPerSecond} hint="What exceeds it waits for its turn.">
        <OptionalNumber
          none="No limit"
          some="At most"
          label="At most, per second"
          initial={20}
          value={draft.maxSendsPerSecond}
          onChange={(maxSendsPerSecond) => change({ maxSendsPerSecond })}
        />
      </Field>
    </Disclosure>
  );
}
