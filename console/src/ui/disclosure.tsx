import { ChevronRight } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import styles from './disclosure.module.css';

/** What most people do not need, behind a word. It opens by itself where something in it is wrong. */
export function Disclosure({
  label,
  opened = false,
  children,
}: {
  label: string;
  /** Something in it has to be seen. */
  opened?: boolean;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(opened);
  useEffect(() => {
    if (opened) setOpen(true);
  }, [opened]);
  return (
    <details className={styles.details} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.summary}>
        <ChevronRight size={15} aria-hidden />
        {label}
      </summary>
      <div className={styles.content}>{children}</div>
    </details>
  );
}
