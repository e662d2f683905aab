import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './classes';
import type { Sorting } from './sorting';
import styles from './table.module.css';

/** The frame of a table: it scrolls sideways where it is wider than the page. `label` is what it is called. */
export function Table({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section className={styles.scroll} aria-label={label} tabIndex={0}>
      <table className={styles.table}>
        <caption className="sr-only">{label}</caption>
        {children}
      </table>
    </section>
  );
}

/** A column's heading; with `column` a click sorts by it. */
export function Heading({
  column,
  sorting,
  onSort,
  number = false,
  hidden = false,
  children,
}: {
  column?: string;
  sorting?: Sorting;
  onSort?: (sorting: Sorting) => void;
  /** Figures stand to the right. */
  number?: boolean;
  /** For screen readers alone, such as the menu's. */
  hidden?: boolean;
  children: ReactNode;
}) {
  const sorted = column !== undefined && sorting?.column === column;
  const direction = sorted ? (sorting.descending ? 'descending' : 'ascending') : undefined;
  const Arrow = sorted && sorting.descending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={column === undefined ? undefined : (direction ?? 'none')}
      className={classes(number && styles.number)}
    >
      {hidden ? (
        <span className="sr-only">{children}</span>
      ) : column === undefined ? (
        children
      ) : (
        <button
          type="button"
          className={styles.sort}
          onClick={() => onSort?.({ column, descending: sorted ? !sorting.descending : number })}
        >
          {children}
          <Arrow size={13} aria-hidden className={classes(!sorted && styles.unsorted)} />
        </button>
      )}
    </th>
  );
}

export const tableStyles = {
  table: styles.table,
  number: styles.number,
  link: styles.link,
  muted: styles.muted,
  clip: styles.clip,
};
