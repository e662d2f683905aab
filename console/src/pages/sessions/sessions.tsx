import { Page } from '../../ui';

export function Sessions() {
  return <Page title="Sessions">…</Page>;
}
