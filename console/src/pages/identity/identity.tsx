import { Page } from '../../ui';

export function Identity() {
  return <Page title="Identity">…</Page>;
}
