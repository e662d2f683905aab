import { Button } from './button';
import styles from './conflict.module.css';
import { Dialog } from './dialog';

/** A field that two people gave different values, both in words. */
export type Difference = { field: string; mine: string; theirs: string };

/** Somebody else saved first: shows what differs, and lets the person choose. */
export function ConflictDialog({
  what,
  differences,
  busy,
  onKeepMine,
  onTakeTheirs,
  onClose,
}: {
  /** What was changed: "agent". */
  what: string;
  differences: Difference[];
  busy: boolean;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
  /** Neither for now. */
  onClose: () => void;
}) {
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={`Somebody else changed this ${what}`}
      description="It was saved while you were editing. Nothing of yours was saved yet."
      footer={
        <>
          <Button onClick={onTakeTheirs} disabled={busy}>
            Take theirs
          </Button>
          <Button kind="primary" onClick={onKeepMine} busy={busy}>
            Keep mine
          </Button>
        </>
      }
    >
      {differences.length === 0 && <p>What you see is the same by now: there is nothing to choose.</p>}
      <div className={styles.list}>
        {differences.map(({ field, mine, theirs }) => (
          <section key={field} className={styles.field} aria-label={field}>
            <h3 className={styles.name}>{field}</h3>
            <div className={styles.both}>
              <div className={styles.side}>
                <div className={styles.whose}>Mine</div>
                {mine}
              </div>
              <div className={styles.side}>
                <div className={styles.whose}>Theirs</div>
                {theirs}
              </div>
            </div>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
