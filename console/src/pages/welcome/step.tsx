import { Check } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { Button, ErrorState } from '../../ui';
import styles from './welcome.module.css';

export type StepState = 'done' | 'now' | 'later';

/** One of the first steps: its form when its time has come, and what came of it afterwards. */
export function Step({
  number,
  title,
  what,
  state,
  children,
}: {
  number: number;
  title: string;
  what: ReactNode;
  state: StepState;
  children: ReactNode;
}) {
  const content = useRef<HTMLDivElement>(null);
  const before = useRef(state);
  // The keyboard goes on where the step before ended.
  useEffect(() => {
    if (before.current === 'later' && state === 'now') {
      content.current?.querySelector<HTMLElement>('input, textarea, a')?.focus();
    }
    before.current = state;
  }, [state]);
  return (
    <li className={styles.step} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
      <span className={styles.mark} aria-hidden>
        {state === 'done' ? <Check size={15} /> : number}
      </span>
      <div className={styles.content} ref={content}>
        <div>
          <h2 className={styles.title}>
            {title}
            {state === 'done' && <span className="sr-only"> (done)</span>}
          </h2>
          <p className={styles.what}>{what}</p>
        </div>
        {state !== 'later' && children}
      </div>
    </li>
  );
}

/** A step's form: a few fields, and a button. */
export function StepForm({
  action,
  busy,
  error,
  onSubmit,
  children,
}: {
  action: string;
  busy: boolean;
  /** What belongs to none of the fields. */
  error: Error | null;
  onSubmit: () => void;
  children: ReactNode;
}) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onSubmit();
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      {children}
      {error && <ErrorState error={error} />}
      <div>
        <Button type="submit" busy={busy}>
          {action}
        </Button>
      </div>
    </form>
  );
}
