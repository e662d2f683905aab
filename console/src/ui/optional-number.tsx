import styles from './duration-input.module.css';
import { Select, TextInput } from './field';

/**
 * A whole number that may be left open. `none` says what holds then, `some` what the number means; `initial` is where a
 * person who chooses a number begins. NaN: a number is wanted, and none typed; see `sentNumber`.
 */
export function OptionalNumber({
  none,
  some,
  label,
  initial,
  value,
  onChange,
}: {
  none: string;
  some: string;
  label: string;
  initial: number;
  value: number | null;
  onChange: (value: number | null) => void;
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
        <div className={styles.duration}>
          <TextInput
            id={undefined}
            aria-label={label}
            inputMode="numeric"
            value={Number.isNaN(value) ? '' : String(value)}
            onChange={({ target }) => onChange(target.value.trim() === '' ? Number.NaN : Number(target.value))}
          />
        </div>
      )}
    </div>
  );
}
