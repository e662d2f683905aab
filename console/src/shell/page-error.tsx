import type { ErrorComponentProps } from '@tanstack/react-router';
import { ErrorState, Page } from '../ui';

/** A page that broke: the rest of the console goes on. */
export function PageError({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="Something went wrong">
      <ErrorState error={error} onRetry={reset} />
    </Page>
  );
}
