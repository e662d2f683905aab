import { Page } from '../../ui';

export function Welcome() {
  return <Page title="Welcome">…</Page>;
}
