import { QueryClient } from '@tanstack/react-query';
import { isProblem, ProblemError } from './client';
import { queryKeys } from './keys';

/** The client repeats by itself what may pass, so nothing is repeated here. Who is signed out is asked to sign in. */
export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: { retry: false, staleTime: 10_000, refetchOnWindowFocus: true, throwOnError: false },
      mutations: { retry: false, onError: askToSignIn },
    },
  });
  function askToSignIn(error: unknown): void {
    if (isProblem(error, 'unauthorized')) client.setQueryData(queryKeys.consoleSession, null);
    // Somebody signed in again in another tab: the next attempt has the token of that session.
    if (isProblem(error, 'csrf_failed')) void client.invalidateQueries({ queryKey: queryKeys.consoleSession });
  }
  client.getQueryCache().config.onError = askToSignIn;
  return client;
}

export const isMissing = (error: unknown): boolean => error instanceof ProblemError && error.status === 404;
