import { Plus, Trash2 } from 'lucide-react';
import { useRef } from 'react';
import { Badge, FieldError, IconButton, TextInput } from '../../ui';
import { asTime, isOvernight, nextHours } from './clock';
import { type Interval, interval } from './draft';
import styles from './hours.module.css';

/** The hours of a day: from, to, several times. `day` is what it is called. */
export function Intervals({
  day,
  intervals,
  errors,
  mayEdit,
  onChange,
}: {
  day: string;
  intervals: Interval[];
  errors: Record<string, string>;
  mayEdit: boolean;
  onChange: (intervals: Interval[]) => void;
}) {
  const here = useRef<HTMLDivElement>(null);
  // The button that was pressed may go: the keyboard goes on where the change is.
  const focus = (control: string) =>
    requestAnimationFrame(() => [...(here.current?.querySelectorAll<HTMLElement>(control) ?? [])].at(-1)?.focus());
  const add = mayEdit && (
    <IconButton
      label={`Add hours to ${day}`}
      onClick={() => {
        const { from, to } = nextHours(intervals);
        onChange([...intervals, interval(from, to)]);
        focus('input[aria-label$="from"]');
      }}
    >
      <Plus size={16} aria-hidden />
    </IconButton>
  );
  return (
    <div ref={here} className={styles.intervals}>
      {intervals.length === 0 && (
        <div className={styles.interval}>
          <span className={styles.closed}>Closed</span>
          {add}
        </div>
      )}
      {intervals.map((each, place) => {
        const name = intervals.length === 1 ? day : `${day}, hours ${place + 1}`;
        const set = (change: Partial<Interval>) =>
          onChange(intervals.map((one) => (one.key === each.key ? { ...one, ...change } : one)));
        return (
          <div key={each.key} className={styles.interval}>
            <Time label={`${name}, from`} at="from" of={each} errors={errors} onChange={(from) => set({ from })} />
            <span aria-hidden>–</span>
            <Time label={`${name}, to`} at="to" of={each} errors={errors} onChange={(to) => set({ to })} />
            {isOvernight(each) && <Badge title="Until then on the next day">+1 day</Badge>}
            {mayEdit && (
              <IconButton
                label={`Remove ${name}`}
                onClick={() => {
                  onChange(intervals.filter(({ key }) => key !== each.key));
                  focus('button');
                }}
              >
                <Trash2 size={15} aria-hidden />
              </IconButton>
            )}
            {place === intervals.length - 1 && add}
            {problemsOf(each.key, errors).map((problem) => (
              <div key={problem} id={`${each.key}-error`} className={styles.error}>
                <FieldError>{problem}</FieldError>
              </div>
            ))}
          </div>
        );
      })}
    </div>
  );
}

const problemsOf = (key: string, errors: Record<string, string>): string[] =>
  [errors[key], errors[`${key}.from`], errors[`${key}.to`]].filter((problem) => problem !== undefined);

function Time({
  label,
  at,
  of,
  errors,
  onChange,
}: {
  label: string;
  at: 'from' | 'to';
  of: Interval;
  errors: Record<string, string>;
  onChange: (time: string) => void;
}) {
  const isWrong = errors[of.key] !== undefined || errors[`${of.key}.${at}`] !== undefined;
  return (
    <TextInput
      className={styles.time}
      aria-label={label}
      {...(isWrong ? { 'aria-invalid': true, 'aria-describedby': `${of.key}-error` } : {})}
      placeholder="00:00"
      value={of[at]}
      onChange={(event) => onChange(event.target.value)}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={() => onChange(asTime(of[at]))}
    />
  );
}
