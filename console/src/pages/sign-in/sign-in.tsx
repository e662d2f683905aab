import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, isProblem } from '../../api/client';
import { useConsoleSession } from '../../api/console-session';
import { queryKeys } from '../../api/keys';
import { inWords } from '../../api/problems';
import { Logo } from '../../shell/logo';
import { Button, Field, Loading, Notice, TextInput } from '../../ui';
import styles from './sign-in.module.css';

/** The code of a link, taken out of the URL so that it stays neither there nor in the history. */
function takeCode(): string | null {
  const url = new URL(window.location.href);
  const code = url.searchParams.get('code');
  if (code === null) return null;
  url.searchParams.delete('code');
  window.history.replaceState(window.history.state, '', url);
  return code;
}

let unused = takeCode();

/** A page of the console alone, whatever a link says. */
function pageAfter(): string {
  const wanted = new URLSearchParams(window.location.search).get('to') ?? '/';
  const url = URL.parse(wanted, window.location.origin);
  const isOwn = url?.origin === window.location.origin && !/^\/(\/|sign-in$)/.test(url.pathname);
  return isOwn ? url.pathname + url.search + url.hash : '/';
}

/** Signs in by the link that the service prints when it starts, or with an API key. */
export function SignIn() {
  const session = useConsoleSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [after] = useState(pageAfter);
  const [apiKey, setApiKey] = useState('');
  const [isByLink, setIsByLink] = useState(unused !== null);
  const signIn = useMutation({
    mutationFn: (body: { code: string } | { apiKey: string }) => api.signIn(body),
    onSuccess: () => client.refetchQueries({ queryKey: queryKeys.consoleSession }),
  });
  const { mutate } = signIn;
  useEffect(() => {
    document.title = 'Sign in · Followups';
    if (unused === null) return;
    const code = unused;
    unused = null;
    mutate({ code });
  }, [mutate]);
  const isTrying = isByLink && !signIn.isSuccess && !signIn.isError;
  const isIn = Boolean(session.data) && !isTrying && !signIn.isPending;
  useEffect(() => {
    if (isIn) void navigate({ href: after, replace: true });
  }, [isIn, after, navigate]);

  if (session.isPending || isTrying || isIn) return <Loading label="Signing in" />;
  return (
    <main className={styles.page}>
      <form
        className={styles.card}
        onSubmit={(event) => {
          event.preventDefault();
          setIsByLink(false);
          signIn.mutate({ apiKey: apiKey.trim() });
        }}
      >
        <Logo />
        <div>
          <h1 className={styles.title}>Sign in</h1>
          <p className={styles.text}>
            Open the link that the service printed when it started, or paste an API key. The admin key is where the
            start-up lines say, usually in <code>.followups/admin-key</code>.
          </p>
        </div>
        {signIn.isError && <Failure error={signIn.error} isByLink={isByLink} />}
        {session.isError && <Notice tone="bad">{inWords(session.error).detail}</Notice>}
        <Field label="API key" hint="With the scope admin, or read to look only.">
          <TextInput
            type="password"
            autoComplete="current-password"
            spellCheck={false}
            placeholder="fup_…"
            value={apiKey}
            onChange={(event) => setApiKey(event.target.value)}
            required
          />
        </Field>
        <Button kind="primary" type="submit" busy={signIn.isPending}>
          Sign in
        </Button>
      </form>
    </main>
  );
}

function Failure({ error, isByLink }: { error: Error; isByLink: boolean }) {
  const { title, detail } = inWords(error);
  const isRefused = isProblem(error, 'unauthorized') || isProblem(error, 'validation_failed');
  return (
    <Notice tone="bad" title={isRefused ? (isByLink ? 'This link does not work' : 'Not signed in') : title}>
      {detail}
    </Notice>
  );
}
