import { Page } from '../../ui';

export function ChannelDetails() {
  return <Page title="Channel">…</Page>;
}
