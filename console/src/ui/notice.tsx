import { CircleAlert, CircleCheck, Info, Lightbulb, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './classes';
import styles from './notice.module.css';

const icons = { info: Info, hint: Lightbulb, good: CircleCheck, warn: TriangleAlert, bad: CircleAlert };

/** Something to know, in the flow of the page. `bad` and `warn` are announced to screen readers. */
export function Notice({
  tone = 'info',
  title,
  action,
  children,
}: {
  tone?: keyof typeof icons;
  title?: ReactNode;
  action?: ReactNode;
  children?: ReactNode;
}) {
  const Icon = icons[tone];
  return (
    <div
      className={classes(styles.notice, styles[tone])}
      role={tone === 'bad' ? 'alert' : tone === 'warn' ? 'status' : undefined}
    >
      <Icon size={17} aria-hidden />
      <div className={styles.text}>
        {title && <strong>{title}</strong>}
        {children && <div>{children}</div>}
      </div>
      {action}
    </div>
  );
}
