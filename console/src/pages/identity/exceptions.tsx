import { CalendarPlus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button, FieldError, IconButton, Select, TextInput } from '../../ui';
import { plural } from '../../words/numbers';
import { type ExceptionDraft, interval, newKey } from './draft';
import styles from './hours.module.css';
import { Intervals } from './intervals';

/** Today's date in a zone, as `2026-11-30`. */
const today = (timeZone: string) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(Date.now());

/** Dates with hours of their own, such as holidays. Those that have passed are out of the way. */
export function Exceptions({
  exceptions,
  timeZone,
  errors,
  mayEdit,
  onChange,
}: {
  exceptions: ExceptionDraft[];
  timeZone: string;
  errors: Record<string, string>;
  mayEdit: boolean;
  onChange: (exceptions: ExceptionDraft[]) => void;
}) {
  const [showsAll, setShowsAll] = useState(false);
  const isPast = ({ key, date }: ExceptionDraft) =>
    date !== '' && date < today(timeZone) && errors[`${key}.date`] === undefined;
  const past = exceptions.filter(isPast).length;
  const shown = showsAll ? exceptions : exceptions.filter((each) => !isPast(each));
  return (
    <div className={styles.exceptions}>
      {past > 0 && !showsAll && (
        <div>
          <Button kind="quiet" size="small" onClick={() => setShowsAll(true)}>
            Show {plural(past, 'date')} that passed
          </Button>
        </div>
      )}
      {shown.map((each) => (
        <Exception
          key={each.key}
          exception={each}
          errors={errors}
          mayEdit={mayEdit}
          onChange={(change) => onChange(exceptions.map((one) => (one.key === each.key ? { ...one, ...change } : one)))}
          onRemove={() => onChange(exceptions.filter(({ key }) => key !== each.key))}
        />
      ))}
      {mayEdit && (
        <div className={styles.add}>
          <Button
            size="small"
            icon={<CalendarPlus size={15} aria-hidden />}
            onClick={() => onChange([...exceptions, { key: newKey(), date: '', hours: [] }])}
          >
            Add a date
          </Button>
        </div>
      )}
    </div>
  );
}

function Exception({
  exception: { key, date, hours },
  errors,
  mayEdit,
  onChange,
  onRemove,
}: {
  exception: ExceptionDraft;
  errors: Record<string, string>;
  mayEdit: boolean;
  onChange: (change: Partial<ExceptionDraft>) => void;
  onRemove: () => void;
}) {
  const name = date === '' ? 'New date' : date;
  const problem = errors[`${key}.date`];
  return (
    <section className={styles.exception} aria-label={name}>
      <div>
        <TextInput
          type="date"
          aria-label="Date"
          {...(problem === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': `${key}-date-error` })}
          value={date}
          onChange={(event) => onChange({ date: event.target.value })}
        />
        {problem && <FieldError id={`${key}-date-error`}>{problem}</FieldError>}
      </div>
      <Select
        aria-label={`${name}: open or closed`}
        value={hours.length === 0 ? 'closed' : 'open'}
        onChange={(event) => onChange({ hours: event.target.value === 'closed' ? [] : [interval('09:00', '13:00')] })}
      >
        <option value="closed">Closed</option>
        <option value="open">Open</option>
      </Select>
      {hours.length === 0 ? (
        <span />
      ) : (
        <Intervals
          day={name}
          intervals={hours}
          errors={errors}
          mayEdit={mayEdit}
          onChange={(changed) => onChange({ hours: changed })}
        />
      )}
      {mayEdit ? (
        <IconButton label={`Remove ${name}`} onClick={onRemove}>
          <Trash2 size={15} aria-hidden />
        </IconButton>
      ) : (
        <span />
      )}
    </section>
  );
}
