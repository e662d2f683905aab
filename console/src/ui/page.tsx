import type { ReactNode } from 'react';
import { useEffect } from 'react';
import styles from './page.module.css';

/** A page: its heading, what can be done on it, and what is on it. Its title becomes that of the window. */
export function Page({
  title,
  windowTitle,
  above,
  status,
  description,
  actions,
  children,
}: {
  title: ReactNode;
  /** Where `title` is not text. */
  windowTitle?: string;
  /** Breadcrumbs. */
  above?: ReactNode;
  /** Beside the title, such as a badge. */
  status?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const name = windowTitle ?? (typeof title === 'string' ? title : '');
  useEffect(() => {
    document.title = name ? `${name} · Followups` : 'Followups';
  }, [name]);
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <div className={styles.heading}>
          {above && <nav aria-label="Breadcrumb">{above}</nav>}
          <div className={styles.titleRow}>
            <h1 className={styles.title}>{title}</h1>
            {status}
          </div>
          {description && <div className={styles.description}>{description}</div>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** Things beside each other: search, filters, buttons. */
export function Toolbar({ children }: { children: ReactNode }) {
  return <div className={styles.toolbar}>{children}</div>;
}

/** Two columns where there is room: what matters, and what stands beside it. */
export function Columns({ children, aside }: { children: ReactNode; aside: ReactNode }) {
  return (
    <div className={styles.columns}>
      <div className={styles.stack}>{children}</div>
      <div className={styles.stack}>{aside}</div>
    </div>
  );
}

export const Stack = ({ children }: { children: ReactNode }) => <div className={styles.stack}>{children}</div>;
