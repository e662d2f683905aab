import { Card, Combobox, Field, Fields, TextInput } from '../../ui';
import { timeZoneOptions, zoneSearch } from '../../words/time-zones';
import type { AgentDraft } from './draft';
import type { AgentErrors } from './errors';

export type DraftProps = {
  draft: AgentDraft;
  errors: AgentErrors;
  change: (changes: Partial<AgentDraft>) => void;
};

export function NameFields({ draft, errors, change }: DraftProps) {
  return (
    <Card title="Agent">
      <Fields>
        <Field label="Name" error={errors.fields.name}>
          <TextInput value={draft.name} onChange={(event) => change({ name: event.target.value })} />
        </Field>
        <Field
          label="Time zone"
          error={errors.fields.timeZone}
          hint="Its hours, and the days of its statistics, are in this zone."
        >
          <Combobox
            label="Time zone"
            value={draft.timeZone}
            options={withOwn(draft.timeZone)}
            onChange={(timeZone) => change({ timeZone })}
            searchPlaceholder={zoneSearch}
          />
        </Field>
      </Fields>
    </Card>
  );
}

/** The API may know a zone, or an older name of one, that this browser does not list. */
function withOwn(timeZone: string) {
  const options = timeZoneOptions();
  return options.some(({ value }) => value === timeZone)
    ? options
    : [{ value: timeZone, label: timeZone.replaceAll('_', ' ') }, ...options];
}
