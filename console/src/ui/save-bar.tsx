import type { ReactNode } from 'react';
import { Button } from './button';
import styles from './save-bar.module.css';

/** Stands at the foot of a page's form while it has changes that are not saved. Its button submits the form `form`. */
export function SaveBar({
  form,
  busy,
  onDiscard,
  children,
}: {
  form: string;
  busy: boolean;
  onDiscard: () => void;
  /** What to know before saving, if anything. */
  children?: ReactNode;
}) {
  return (
    <section className={styles.bar} aria-label="Unsaved changes">
      {children}
      <div className={styles.row}>
        <span role="status">Unsaved changes</span>
        <div className={styles.buttons}>
          <Button onClick={onDiscard} disabled={busy}>
            Discard
          </Button>
          <Button kind="primary" type="submit" form={form} busy={busy}>
            Save
          </Button>
        </div>
      </div>
    </section>
  );
}
