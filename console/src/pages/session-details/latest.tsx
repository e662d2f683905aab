import { type ReactNode, useState } from 'react';
import { Button } from '../../ui';
import styles from './session-details.module.css';

/** The newest of many, which are given oldest first; the earlier ones at a click. */
export function Latest<Item>({
  items,
  count,
  what,
  children,
}: {
  items: Item[];
  count: number;
  /** What they are called. */
  what: string;
  children: (shown: Item[]) => ReactNode;
}) {
  const [isAll, setIsAll] = useState(false);
  const hidden = isAll ? 0 : Math.max(0, items.length - count);
  return (
    <>
      {hidden > 0 && (
        <div className={styles.earlier}>
          <Button size="small" onClick={() => setIsAll(true)}>
            Show {hidden} earlier {what}
          </Button>
        </div>
      )}
      {children(items.slice(hidden))}
    </>
  );
}
