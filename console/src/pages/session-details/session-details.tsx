import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Navigate, useParams } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { type ComponentProps, type ReactNode, useEffect, useState } from 'react';
import { api, isProblem, type Session } from '../../api/client';
import { useMayEdit } from '../../api/console-session';
import { queryKeys } from '../../api/keys';
import { useFollowups } from '../../api/lists';
import { useEvents, usePolling } from '../../api/live';
import { isMissing } from '../../api/query-client';
import { useSession } from '../../api/sessions';
import { useAgent } from '../../shell/agent';
import {
  Badge,
  Button,
  Columns,
  EmptyState,
  ErrorState,
  ExternalLink,
  LinkButton,
  Loading,
  Notice,
  Page,
  Time,
} from '../../ui';
import { ChannelName } from '../sessions/channel-name';
import { Decisions } from './decisions';
import { SessionActions } from './session-actions';
import styles from './session-details.module.css';
import { SessionFacts } from './session-facts';
import { storiesOf } from './story';
import { Timeline } from './timeline';
import { WhatHappens } from './what-happens';

/** Messages come without an event, so the workflow is asked for them so often. */
const askEveryMs = 4_000;

/** Longer than this nobody has to look at nothing. */
const slowMs = 1_500;

export function SessionDetails() {
  const { sessionId } = useParams({ from: '/shell/agents/$agentId/sessions/$sessionId' });
  const agent = useAgent();
  const asked = useSession(sessionId, askEveryMs);
  const isGone = isMissing(asked.error) || isProblem(asked.error, 'validation_failed');
  const isSlow = useIsLate(slowMs);
  const stored = useStoredSession(sessionId, !asked.data && !isGone && (asked.isError || isSlow));
  const session = asked.data ?? stored.data;

  if (isGone) return <NoSuchSession />;
  if (!session) {
    return (
      <SessionFrame title="Session">
        {asked.isPending || stored.isLoading ? (
          <Loading label="Loading the session" lines={8} />
        ) : (
          <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />
        )}
      </SessionFrame>
    );
  }
  if (session.agentId !== agent.id) {
    const to = '/agents/$agentId/sessions/$sessionId';
    return <Navigate to={to} params={{ agentId: session.agentId, sessionId }} replace />;
  }
  return (
    <SessionRoom
      session={session}
      cannotAsk={
        asked.isError ? (
          <CannotAsk seenAtMs={asked.data ? asked.dataUpdatedAt : null} onRetry={() => void asked.refetch()} />
        ) : (
          asked.isPending && <Notice title="Still asking the session">This is what the database knows so far.</Notice>
        )
      }
    />
  );
}

/** Whether so much time has passed since the page was opened. */
function useIsLate(afterMs: number): boolean {
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(true), afterMs);
    return () => clearTimeout(timer);
  }, [afterMs]);
  return isLate;
}

/** What the database says, for while the workflow cannot be asked. */
const useStoredSession = (sessionId: string, enabled: boolean) =>
  useQuery<Session | null>({
    queryKey: queryKeys.sessions({ q: sessionId, stored: true }),
    queryFn: async () => (await api.listSessions({ q: sessionId, live: 'false', limit: 1 })).items[0] ?? null,
    enabled,
  });

function SessionRoom({ session, cannotAsk }: { session: Session; cannotAsk: ReactNode }) {
  const agent = useAgent();
  const client = useQueryClient();
  const mayEdit = useMayEdit();
  const filter = { sessionId: session.id, limit: 200 };
  const deliveries = useQuery({
    queryKey: queryKeys.deliveries(filter),
    queryFn: () => api.listDeliveries(filter),
    refetchInterval: usePolling(),
  });
  const followups = useFollowups(agent.id).data;
  const titleOf = (followupId: string) =>
    session.followups.find((one) => one.followupId === followupId)?.title ??
    followups?.find(({ id }) => id === followupId)?.title ??
    'A deleted followup';
  useEvents(({ type, channelId, conversationId }) => {
    if (type !== 'chat.message' || channelId !== session.channelId || conversationId !== session.conversationId) return;
    void client.invalidateQueries({ queryKey: queryKeys.session(session.id) });
  });
  const known = deliveries.data?.items ?? [];
  return (
    <SessionFrame
      title={session.conversationId}
      status={<SessionStatus session={session} />}
      description={
        <>
          <ChannelName channelId={session.channelId} /> · started{' '}
          <Time at={session.startedAt} timeZone={agent.identity.timeZone} seconds />
        </>
      }
      actions={
        <>
          {session.temporal.url && <ExternalLink href={session.temporal.url}>Open in Temporal</ExternalLink>}
          {mayEdit && <SessionActions session={session} />}
        </>
      }
    >
      {cannotAsk}
      {deliveries.isError && !deliveries.data && (
        <ErrorState error={deliveries.error} onRetry={() => void deliveries.refetch()} />
      )}
      <Columns
        aside={
          <>
            <SessionFacts session={session} />
            <Decisions decisions={session.decisions} titleOf={titleOf} />
          </>
        }
      >
        <WhatHappens session={session} stories={storiesOf(session, known, titleOf)} />
        <Timeline session={session} deliveries={known} titleOf={titleOf} />
      </Columns>
    </SessionFrame>
  );
}

function SessionStatus({ session }: { session: Session }) {
  if (session.status === 'ended') return <Badge>Ended</Badge>;
  return (
    <Badge tone="good" dot>
      Open
    </Badge>
  );
}

function CannotAsk({ seenAtMs, onRetry }: { seenAtMs: number | null; onRetry: () => void }) {
  const { identity } = useAgent();
  return (
    <Notice
      tone="warn"
      title="Temporal cannot be asked just now"
      action={
        <Button size="small" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {seenAtMs === null ? (
        'This is what the database knows. What waits is kept by Temporal, and nothing of it is lost.'
      ) : (
        <>
          This is as it was at <Time at={new Date(seenAtMs).toISOString()} timeZone={identity.timeZone} seconds />. It
          is asked again by itself, and nothing is lost.
        </>
      )}
    </Notice>
  );
}

function NoSuchSession() {
  const { id: agentId } = useAgent();
  return (
    <SessionFrame title="Session">
      <EmptyState
        icon={<SearchX />}
        title="There is no such session"
        action={
          <LinkButton to="/agents/$agentId/sessions" params={{ agentId }}>
            All sessions
          </LinkButton>
        }
      >
        Its conversation may have been erased, or the link is not complete.
      </EmptyState>
    </SessionFrame>
  );
}

function SessionFrame({ children, ...rest }: Omit<ComponentProps<typeof Page>, 'above'>) {
  const { id: agentId } = useAgent();
  return (
    <Page
      {...rest}
      above={
        <Link to="/agents/$agentId/sessions" params={{ agentId }} className={styles.crumb}>
          Sessions
        </Link>
      }
    >
      {children}
    </Page>
  );
}
