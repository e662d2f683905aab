import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { EmptyState, Page } from '../ui';

export function NotFound() {
  return (
    <Page title="Not found">
      <EmptyState icon={<Compass />} title="There is nothing at this address" action={<Link to="/">To the start</Link>}>
        What was here may have been deleted, or the link is not complete.
      </EmptyState>
    </Page>
  );
}
