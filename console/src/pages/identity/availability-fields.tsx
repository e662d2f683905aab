import { Card, Choice, FieldGroup, Notice } from '../../ui';
import { officeHours, weekdays } from './draft';
import { Exceptions } from './exceptions';
import styles from './identity.module.css';
import type { DraftProps } from './name-fields';
import { WeekHours } from './week-hours';

/** When the agent may be spoken for: always, or in the hours of a week, with exceptions. */
export function AvailabilityFields({ draft, errors, mayEdit, change }: DraftProps & { mayEdit: boolean }) {
  const setMode = (mode: 'always' | 'hours') => {
    const hasHours = weekdays.some((day) => draft.week[day].length > 0);
    change(mode === 'hours' && !hasHours ? { mode, week: officeHours() } : { mode });
  };
  return (
    <Card title="Availability">
      <div className={styles.stack}>
        <FieldGroup label={<span className="sr-only">Available</span>} error={errors.fields.availability}>
          <Choice
            value={draft.mode}
            onChange={setMode}
            options={[
              { value: 'always', label: 'Always', hint: 'Followups go out day and night.' },
              {
                value: 'hours',
                label: 'In these hours',
                hint: 'What comes due outside them waits for the next opening.',
              },
            ]}
          />
        </FieldGroup>
        {draft.mode === 'hours' && (
          <>
            <WeekHours
              week={draft.week}
              timeZone={draft.timeZone}
              errors={errors.hours}
              mayEdit={mayEdit}
              onChange={(week) => change({ week })}
            />
            {weekdays.every((day) => draft.week[day].length === 0) && (
              <Notice tone="warn">Without hours it never opens: nothing is sent but on the dates below.</Notice>
            )}
            <section aria-labelledby="exceptions">
              <h3 id="exceptions" className={styles.part}>
                Exceptions by date
              </h3>
              <p className={styles.hint}>
                Holidays and other days with hours of their own. They replace all hours of that date.
              </p>
              <Exceptions
                exceptions={draft.exceptions}
                timeZone={draft.timeZone}
                errors={errors.hours}
                mayEdit={mayEdit}
                onChange={(exceptions) => change({ exceptions })}
              />
            </section>
          </>
        )}
      </div>
    </Card>
  );
}
