import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Followup, Session } from '../../api/client';
import { isPending } from '../../api/sessions';
import { Countdown } from '../../ui';
import styles from './playground.module.css';

const order = ['write', 'answer', 'wait', 'arrived'] as const;
type Step = (typeof order)[number];

/** How far the person has come. */
export function stepOf(session: Session | null, followup: Followup): Step {
  const told = session?.followups.find(({ followupId }) => followupId === followup.id);
  if (told?.status === 'sent') return 'arrived';
  if (told && isPending(told)) return 'wait';
  return session?.status === 'open' ? 'answer' : 'write';
}

/** What there is to do, one thing after the other. */
export function Steps({ session, followup }: { session: Session | null; followup: Followup }) {
  const now = stepOf(session, followup);
  const told = session?.followups.find(({ followupId }) => followupId === followup.id);
  const isForTheEnd = followup.trigger === 'conversation_over';
  const says: Record<Step, { title: string; note: ReactNode }> = {
    write: { title: 'Write in the chat', note: 'As one of your users would.' },
    answer: isForTheEnd
      ? { title: 'Say goodbye as the agent', note: 'It waits for nobody.' }
      : { title: 'Answer as the agent', note: 'Then the silence begins.' },
    wait: {
      title: 'Stay silent',
      note:
        now === 'wait' && told?.sendAt ? (
          <>
            It comes <Countdown to={told.sendAt} />.
          </>
        ) : (
          'Or write, and it never comes.'
        ),
    },
    arrived: { title: 'The followup arrives', note: 'Start over to try again.' },
  };
  return (
    <ol className={styles.steps} aria-label="What to do">
      {order.map((step, place) => {
        const isDone = place < order.indexOf(now) || now === 'arrived';
        return (
          <li
            key={step}
            className={styles.stepItem}
            data-state={isDone ? 'done' : step === now ? 'now' : 'later'}
            aria-current={step === now ? 'step' : undefined}
          >
            <span className={styles.stepMark} aria-hidden>
              {isDone ? <Check size={14} /> : place + 1}
            </span>
            <span>
              <span className={styles.stepTitle}>
                {says[step].title}
                {isDone && <span className="sr-only"> (done)</span>}
              </span>
              <span className={styles.stepNote}>{says[step].note}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
