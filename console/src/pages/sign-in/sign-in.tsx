import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client';
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

const code = takeCode();

/** A page of the console alone, whatever a link says. */
const pageAfter = () => {
  const wanted = new URLSearchParams(window.location.search).get('to') ?? '/';
  return wanted.startsWith('/') && !wanted.startsWith('//') ? wanted : '/';
};

/** Signs in by the link that the service prints when it starts, or with an API key. */
export function SignIn() {
  const session = useConsoleSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [apiKey, setApiKey] = useState('');
  const tried = useRef(false);
  const signIn = useMutation({
    mutationFn: (body: { code: string } | { apiKey: string }) => api.signIn(body),
    onSuccess: async () => {
      await client.refetchQueries({ queryKey: queryKeys.consoleSession });
      await navigate({ to: pageAfter(), replace: true });
    },
  });
  const { mutate } = signIn;
  useEffect(() => {
    document.title = 'Sign in · Followups';
    if (code === null || tried.current) return;
    tried.current = true;
    mutate({ code });
  }, [mutate]);

  if (session.isPending || (code !== null && signIn.isPending)) return <Loading label="Signing in" />;
  if (session.data && !signIn.isPending) return <Navigate to={pageAfter()} replace />;
  return (
    <main className={styles.page}>
      <form
        className={styles.card}
        onSubmit={(event) => {
          event.preventDefault();
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
        {signIn.isError && (
          <Notice
            tone="bad"
            title={code !== null && apiKey === '' ? 'This link does not work any more' : 'Not signed in'}
          >
            {inWords(signIn.error).detail}
          </Notice>
        )}
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
