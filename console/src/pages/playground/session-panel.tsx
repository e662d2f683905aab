import type { Followup, Session } from '../../api/client';
import { useAgent } from '../../shell/agent';
import { Card, ErrorState, ExternalLink, LinkButton, Toolbar } from '../../ui';
import { storiesOf } from '../session-details/story';
import { Timeline } from '../session-details/timeline';
import { WhatHappens } from '../session-details/what-happens';
import styles from './playground.module.css';
import { type useConversationSession, useSessionDeliveries } from './use-conversation';

type Told = { session: Session; followup: Followup };

/** What the session will do next, and why. */
export function Explained({
  asked,
  followup,
}: {
  asked: ReturnType<typeof useConversationSession>;
  followup: Followup;
}) {
  if (asked.data) return <Stories session={asked.data} followup={followup} />;
  if (asked.isError) return <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />;
  return (
    <Card title="What happens next, and why">
      <p className={styles.hint}>Nothing yet. A session begins with the first message in the chat.</p>
    </Card>
  );
}

function Stories({ session, followup }: Told) {
  const deliveries = useSessionDeliveries(session.id);
  return <WhatHappens session={session} stories={storiesOf(session, deliveries, titleOf({ session, followup }))} />;
}

/** What happened so far, and the ways to where there is more. */
export function Happened({ session, followup }: Told) {
  const { id: agentId } = useAgent();
  const deliveries = useSessionDeliveries(session.id);
  return (
    <>
      <Timeline session={session} deliveries={deliveries} titleOf={titleOf({ session, followup })} />
      <Toolbar>
        <LinkButton to="/agents/$agentId/sessions/$sessionId" params={{ agentId, sessionId: session.id }}>
          View the session
        </LinkButton>
        {session.temporal.url && <ExternalLink href={session.temporal.url}>Open in Temporal</ExternalLink>}
      </Toolbar>
    </>
  );
}

const titleOf =
  ({ session, followup }: Told) =>
  (followupId: string): string =>
    session.followups.find((told) => told.followupId === followupId)?.title ??
    (followupId === followup.id ? followup.title : 'A deleted followup');
