import { useLocation, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';

/** The page's filters, which stand in its URL. Setting one to undefined or '' takes it away. */
export function useFilters<Name extends string>(): [
  filters: Partial<Record<Name, string>>,
  set: (changes: Partial<Record<Name, string | undefined>>) => void,
] {
  const filters = useLocation().search as Partial<Record<Name, string>>;
  const navigate = useNavigate();
  const set = useCallback(
    (changes: Partial<Record<Name, string | undefined>>) => {
      void navigate({
        to: '.',
        search: (before: Record<string, string | undefined>) =>
          Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value)) as Record<
            string,
            string
          >,
        replace: true,
      });
    },
    [navigate],
  );
  return [filters, set];
}
