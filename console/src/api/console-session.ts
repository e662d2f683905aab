import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, isProblem } from './client';
import { queryKeys } from './keys';
import { setCsrfToken } from './sign-in';

/** Who is signed in, and what the service says of itself; null: nobody is. */
export const consoleSessionQuery = queryOptions({
  queryKey: queryKeys.consoleSession,
  staleTime: 5 * 60_000,
  queryFn: async () => {
    try {
      const session = await api.getConsoleSession();
      setCsrfToken(session.csrfToken);
      return session;
    } catch (error) {
      if (!isProblem(error, 'unauthorized')) throw error;
      setCsrfToken(null);
      return null;
    }
  },
});

export const useConsoleSession = () => useQuery(consoleSessionQuery);

/** What may be changed by who is signed in. */
export const useMayEdit = (): boolean => useConsoleSession().data?.scope === 'admin';
