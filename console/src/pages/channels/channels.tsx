import { Page } from '../../ui';

export function Channels() {
  return <Page title="Channels">…</Page>;
}
