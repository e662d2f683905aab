import { Disclosure, Field, OptionalDuration, OptionalNumber, Select } from '../../ui';
import { latenessNone, queueReleases } from './agent-in-words';
import type { AgentDraft } from './draft';
import styles from './identity.module.css';
import type { DraftProps } from './name-fields';

/** What holds for all followups of the agent, and most people leave as it is. */
export function LimitFields({ draft, errors, change }: DraftProps) {
  const isWrong = Boolean(errors.fields.maxLatenessSeconds || errors.fields.maxFollowupsPerSession);
  return (
    <Disclosure label="More" opened={isWrong}>
      <div className={styles.narrow}>
        <div className={styles.stack}>
          <Field label="At opening" hint="What happens to several followups of one conversation that waited for it.">
            <Select
              value={draft.queueRelease}
              onChange={(event) => change({ queueRelease: event.target.value as AgentDraft['queueRelease'] })}
            >
              {Object.entries(queueReleases).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
          <Field
            label="Too late to send"
            error={errors.fields.maxLatenessSeconds}
            hint="A followup that would go out later than planned by more than this is skipped. A followup may have its own."
          >
            <OptionalDuration
              none={latenessNone}
              some="After a time of its own"
              label="Too late after"
              initial={3_600}
              value={draft.maxLatenessSeconds}
              onChange={(maxLatenessSeconds) => change({ maxLatenessSeconds })}
            />
          </Field>
          <Field
            label="Followups in one session"
            error={errors.fields.maxFollowupsPerSession}
            hint="A conversation never gets the same followup twice in one session."
          >
            <OptionalNumber
              none="One of each"
              some="Not more than"
              label="Not more than"
              initial={2}
              value={draft.maxFollowupsPerSession}
              onChange={(maxFollowupsPerSession) => change({ maxFollowupsPerSession })}
            />
          </Field>
        </div>
      </div>
    </Disclosure>
  );
}
