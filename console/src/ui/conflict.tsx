import type { ReactNode } from 'react';
import type { Difference, TheirChange } from '../words/merge';
import { Button } from './button';
import styles from './conflict.module.css';
import { Dialog } from './dialog';

/** Somebody else saved first: shows what they changed, and lets the person choose where both changed the same. */
export function ConflictDialog({
  what,
  differences,
  theirsAlone,
  onKeepMine,
  onTakeTheirs,
  onClose,
}: {
  /** What was changed: "agent". */
  what: string;
  differences: Difference[];
  theirsAlone: TheirChange[];
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
      description="It was saved while you were editing. Nothing of yours was saved yet; what you alone have changed is kept either way."
      footer={
        <>
          <Button onClick={onTakeTheirs}>Take theirs</Button>
          <Button kind="primary" onClick={onKeepMine}>
            Keep mine
          </Button>
        </>
      }
    >
      <div className={styles.list}>
        {differences.map(({ field, mine, theirs }) => (
          <Both key={field} field={field} first={['Mine', mine]} second={['Theirs', theirs]} />
        ))}
        {theirsAlone.length > 0 && <p>Also changed, and kept either way:</p>}
        {theirsAlone.map(({ field, was, theirs }) => (
          <Both key={field} field={field} first={['Before', was]} second={['Theirs', theirs]} />
        ))}
      </div>
    </Dialog>
  );
}

type Side = [whose: string, value: ReactNode];

const Both = ({ field, first, second }: { field: string; first: Side; second: Side }) => (
  <section className={styles.field} aria-label={field}>
    <h3 className={styles.name}>{field}</h3>
    <div className={styles.both}>
      {[first, second].map(([whose, value]) => (
        <div key={whose} className={styles.side}>
          <div className={styles.whose}>{whose}</div>
          {value}
        </div>
      ))}
    </div>
  </section>
);
