import type { ReactNode } from 'react';
import styles from './badge.module.css';
import { classes } from './classes';
import type { Tone } from './tone';

/** A short word on a state. The word says it: the colour only helps. */
export function Badge({
  tone = 'neutral',
  dot = false,
  title,
  children,
}: {
  tone?: Tone;
  dot?: boolean;
  title?: string;
  children: ReactNode;
}) {
  return (
    <span className={classes(styles.badge, styles[tone])} title={title}>
      {dot && <span className={styles.dot} aria-hidden />}
      {children}
    </span>
  );
}
