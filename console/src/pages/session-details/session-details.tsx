import { Page } from '../../ui';

export function SessionDetails() {
  return <Page title="Session">…</Page>;
}
