import { useEffect, useState } from 'react';
import { type DelayUnit, delaySeconds, delayUnits, splitDelay } from '../words/delays';
import styles from './duration-input.module.css';
import { Select, TextInput, useFieldProps } from './field';

type Typed = { count: string; unit: DelayUnit };

const typedOf = (seconds: number | null): Typed => {
  if (seconds === null) return { count: '', unit: 'hours' };
  const { count, unit } = splitDelay(seconds);
  return { count: String(count), unit };
};

/** What the number and the unit say, in seconds; null: no number was typed. */
const secondsOf = ({ count, unit }: Typed): number | null => {
  const value = Number(count.trim().replace(',', '.'));
  if (count.trim() === '' || !Number.isFinite(value)) return null;
  // 1.1 days are 95,040 seconds, whatever binary fractions make of it.
  return Math.round(delaySeconds(value, unit) * 1_000) / 1_000;
};

/**
 * A length of time as a number and a unit. What it says is in seconds; null where there is no number.
 *
 * `label` names it where it stands in no Field, or beside another control that has the Field's name.
 */
export function DurationInput({
  label,
  value,
  onChange,
  units = delayUnits.map(({ unit }) => unit),
}: {
  label?: string;
  value: number | null;
  onChange: (seconds: number | null) => void;
  units?: readonly DelayUnit[];
}) {
  const field = useFieldProps();
  const [typed, setTyped] = useState(() => typedOf(value));
  // Another value from outside is shown; what a person types stays as typed: 60 minutes do not become 1 hour.
  useEffect(() => setTyped((before) => (secondsOf(before) === value ? before : typedOf(value))), [value]);
  const change = (next: Typed) => {
    setTyped(next);
    onChange(secondsOf(next));
  };
  const shown = delayUnits.filter(({ unit }) => units.includes(unit) || unit === typed.unit);
  const { id: _, ...described } = field;
  return (
    <div className={styles.duration}>
      <TextInput
        inputMode="decimal"
        {...(label === undefined ? {} : { ...described, id: undefined, 'aria-label': label })}
        value={typed.count}
        onChange={(event) => change({ ...typed, count: event.target.value })}
      />
      <Select
        id={undefined}
        aria-label={label === undefined ? 'Unit' : `${label}, unit`}
        value={typed.unit}
        onChange={(event) => change({ ...typed, unit: event.target.value as DelayUnit })}
      >
        {shown.toReversed().map(({ unit }) => (
          <option key={unit} value={unit}>
            {typed.count.trim() === '1' ? unit.slice(0, -1) : unit}
          </option>
        ))}
      </Select>
    </div>
  );
}

/**
 * A length of time that may be left open. `none` says what holds then, `some` what the length means; `initial` (seconds)
 * is where a person who chooses a length begins. NaN: a length is wanted, and no number typed; see `sentNumber`.
 */
export function OptionalDuration({
  none,
  some,
  label,
  initial,
  value,
  onChange,
  units,
}: {
  none: string;
  some: string;
  label: string;
  initial: number;
  value: number | null;
  onChange: (seconds: number | null) => void;
  units?: readonly DelayUnit[];
}) {
  return (
    <div className={styles.choice}>
      <Select
        value={value === null ? 'none' : 'some'}
        onChange={(event) => onChange(event.target.value === 'none' ? null : initial)}
      >
        <option value="none">{none}</option>
        <option value="some">{some}</option>
      </Select>
      {value !== null && (
        <DurationInput
          label={label}
          value={Number.isNaN(value) ? null : value}
          onChange={(seconds) => onChange(seconds ?? Number.NaN)}
          {...(units ? { units } : {})}
        />
      )}
    </div>
  );
}
