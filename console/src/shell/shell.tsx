import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { Menu as MenuIcon, X } from 'lucide-react';
import { Suspense, useEffect, useRef, useState } from 'react';
import { useConsoleSession } from '../api/console-session';
import { LiveProvider } from '../api/live';
import { classes, ErrorState, IconButton, Loading, Page } from '../ui';
import { Logo } from './logo';
import styles from './shell.module.css';
import { Sidebar } from './sidebar';

/** The frame of every page for who is signed in: the sidebar, and the page. */
export function Shell() {
  const session = useConsoleSession();
  const { href, pathname } = useLocation();
  const [open, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the sidebar
  useEffect(() => setOpen(false), [pathname]);

  if (session.isPending) return <Loading label="Signing in" />;
  if (session.isError) {
    return (
      <Page title="Followups">
        <ErrorState error={session.error} onRetry={() => void session.refetch()} />
      </Page>
    );
  }
  if (session.data === null) return <ToSignIn from={href} />;

  return (
    <LiveProvider>
      <button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <div className={styles.shell}>
        <div className={styles.topbar}>
          <Logo />
          <IconButton
            label={open ? 'Close the menu' : 'Open the menu'}
            aria-expanded={open}
            aria-controls="sidebar"
            onClick={() => setOpen(!open)}
          >
            {open ? <X size={20} aria-hidden /> : <MenuIcon size={20} aria-hidden />}
          </IconButton>
        </div>
        <div id="sidebar" className={classes(styles.sidebar, open && styles.open)}>
          <Sidebar />
        </div>
        <main id="main" ref={main} tabIndex={-1} className={styles.main}>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
    </LiveProvider>
  );
}

/** Leads to signing in, and from there back to where one was when this began: the address changes before the page does. */
function ToSignIn({ from }: { from: string }) {
  const navigate = useNavigate();
  const [search] = useState(from === '/' ? {} : { to: from });
  useEffect(() => {
    void navigate({ to: '/sign-in', search, replace: true });
  }, [navigate, search]);
  return <Loading label="Signing in" />;
}
