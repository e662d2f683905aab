import { LoaderCircle } from 'lucide-react';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import styles from './button.module.css';
import { classes } from './classes';

export type ButtonProps = ComponentPropsWithRef<'button'> & {
  /** `primary`: the one thing that a page or dialog is for. */
  kind?: 'primary' | 'secondary' | 'quiet' | 'danger';
  size?: 'small' | 'medium';
  /** Shown before the text. */
  icon?: ReactNode;
  /** At work: it says so, and takes no clicks. */
  busy?: boolean;
};

export function Button({
  kind = 'secondary',
  size = 'medium',
  icon,
  busy = false,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      disabled={rest.disabled || busy}
      className={classes(styles.button, styles[kind], size === 'small' && styles.small, className)}
    >
      {busy ? <LoaderCircle size={15} className={styles.spin} aria-hidden /> : icon}
      {children}
    </button>
  );
}

/** A button that is an icon alone; `label` is what it is called. */
export function IconButton({
  label,
  className,
  children,
  ...rest
}: ComponentPropsWithRef<'button'> & { label: string }) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={rest.title ?? label}
      className={classes(styles.icon, className)}
    >
      {children}
    </button>
  );
}
