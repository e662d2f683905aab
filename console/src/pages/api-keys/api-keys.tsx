import { Page } from '../../ui';

export function ApiKeys() {
  return <Page title="API keys">…</Page>;
}
