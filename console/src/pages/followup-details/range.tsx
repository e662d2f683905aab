import styles from './range.module.css';

const ranges = [7, 30, 90];

/** The days that are shown: 30 unless the URL says another of the choices. */
export const rangeOf = (text: string | undefined): number => ranges.find((days) => String(days) === text) ?? 30;

/** Chooses how far back the numbers go. */
export function Range({ days, onChange }: { days: number; onChange: (days: number) => void }) {
  return (
    <fieldset className={styles.range}>
      <legend className="sr-only">Range</legend>
      {ranges.map((each) => (
        <label key={each} className={styles.choice}>
          <input
            type="radio"
            name="range"
            className="sr-only"
            checked={each === days}
            onChange={() => onChange(each)}
          />
          {each} days
        </label>
      ))}
    </fieldset>
  );
}
