import { Page } from '../../ui';

export function Playground() {
  return <Page title="Playground">…</Page>;
}
