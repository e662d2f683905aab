import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isProblem, ProblemError } from './client';
import { consoleSessionQuery } from './console-session';
import { onOldToken } from './sign-in';

/**
 * The client repeats by itself what may pass, so nothing is repeated here. Where a session does not hold any more it is
 * asked who is signed in: nobody, who is then asked to sign in; or somebody who signed in again in another tab.
 */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (isProblem(error, 'unauthorized')) {
      void client.invalidateQueries({ queryKey: consoleSessionQuery.queryKey });
    }
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { retry: false, staleTime: 10_000, refetchOnWindowFocus: true, throwOnError: false },
      mutations: { retry: false },
    },
  });
  onOldToken(() => client.refetchQueries({ queryKey: consoleSessionQuery.queryKey }));
  return client;
}

export const isMissing = (error: unknown): boolean => error instanceof ProblemError && error.status === 404;
