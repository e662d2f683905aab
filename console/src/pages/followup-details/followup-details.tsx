import { Page } from '../../ui';

export function FollowupDetails() {
  return <Page title="Followup">…</Page>;
}
