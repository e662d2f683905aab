import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { inWords } from '../api/problems';
import { Button } from './button';
import { Notice } from './notice';
import styles from './states.module.css';

/** Nothing here yet, and what to do about it. */
export function EmptyState({
  icon,
  title,
  action,
  children,
}: {
  icon?: ReactNode;
  title: string;
  action?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      {icon && (
        <div className={styles.icon} aria-hidden>
          {icon}
        </div>
      )}
      <h2 className={styles.title}>{title}</h2>
      {children && <div className={styles.text}>{children}</div>}
      {action}
    </div>
  );
}

/** Something could not be read, why, and again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { reset } = useQueryErrorResetBoundary();
  const { title, detail } = inWords(error);
  return (
    <Notice
      tone="bad"
      title={title}
      action={
        onRetry && (
          <Button
            size="small"
            onClick={() => {
              reset();
              onRetry();
            }}
          >
            Try again
          </Button>
        )
      }
    >
      {detail}
    </Notice>
  );
}

/** A grey place for what is being read. */
export function Skeleton({ width = '100%', height = '1rem' }: { width?: string; height?: string }) {
  return <span className={styles.skeleton} style={{ width, height }} aria-hidden />;
}

/** Several lines of it, announced once. */
export function Loading({ label = 'Loading', lines = 4 }: { label?: string; lines?: number }) {
  return (
    <div className={styles.loading} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <Skeleton key={line} width={`${92 - ((line * 17) % 40)}%`} />
      ))}
    </div>
  );
}
