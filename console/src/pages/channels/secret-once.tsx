import type { ReactNode } from 'react';
import { CodeBlock, Notice } from '../../ui';
import styles from './channels.module.css';

/** A signing secret, the one time that it can be seen. */
export function SecretOnce({ secret, children }: { secret: string; children?: ReactNode }) {
  return (
    <div className={styles.secret}>
      <Notice tone="warn" title="Copy it now: it is shown this once">
        Your gateway verifies with it that a request comes from this service. If it is lost, rotate it.
      </Notice>
      <CodeBlock label="Signing secret" code={secret} />
      {children}
    </div>
  );
}
