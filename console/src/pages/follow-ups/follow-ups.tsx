import { Page } from '../../ui';

export function FollowUps() {
  return <Page title="Follow ups">…</Page>;
}
