import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, type Delivery } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { useChannels } from '../../api/lists';
import { usePolling } from '../../api/live';
import { useMorePages } from '../../api/more-pages';
import { useAgent } from '../../shell/agent';
import { Badge, Button, Card, EmptyState, ErrorState, Heading, Loading, Table, Time, tableStyles } from '../../ui';
import { durationInWords } from '../../words/delays';
import { reasonNames } from '../../words/reasons';
import { statuses } from '../../words/statuses';
import styles from './deliveries.module.css';
import { answerInWords } from './survey-score';

/** The last deliveries of a followup, the newest first. */
export function Deliveries({ followupId }: { followupId: string }) {
  const deliveries = useInfiniteQuery({
    queryKey: queryKeys.deliveries({ followupId }),
    queryFn: ({ pageParam }) =>
      api.listDeliveries({ followupId, limit: 20, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: usePolling(),
  });
  const { isLoadingMore, loadMore } = useMorePages(deliveries);
  const items = deliveries.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title="Last deliveries" flush>
      <div className={styles.deliveries}>
        {deliveries.isPending && <Loading label="Loading the deliveries" />}
        {deliveries.isError && (
          <div className={styles.error}>
            <ErrorState error={deliveries.error} onRetry={() => void deliveries.refetch()} />
          </div>
        )}
        {deliveries.data && items.length === 0 && (
          <EmptyState title="No deliveries yet">
            Each time the followup is queued or sent in a session, it is listed here with the reason.
          </EmptyState>
        )}
        {items.length > 0 && <DeliveryTable items={items} />}
        {deliveries.hasNextPage && (
          <div className={styles.more}>
            <Button busy={isLoadingMore} onClick={loadMore}>
              Load more
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}

function DeliveryTable({ items }: { items: Delivery[] }) {
  const agent = useAgent();
  const channels = useChannels(agent.id);
  const { timeZone } = agent.identity;
  const names = new Map(channels.data?.map(({ id, name }) => [id, name]));
  return (
    <Table label="Last deliveries">
      <thead>
        <tr>
          <Heading>Time</Heading>
          <Heading>Conversation</Heading>
          <Heading>Channel</Heading>
          <Heading>Status</Heading>
          <Heading>Reason</Heading>
          <Heading>Response</Heading>
        </tr>
      </thead>
      <tbody>
        {items.map((delivery) => (
          <tr key={delivery.id}>
            <td className={styles.time}>
              <Time at={delivery.sentAt ?? delivery.createdAt} timeZone={timeZone} />
            </td>
            <td className={tableStyles.clip}>
              <Link
                to="/agents/$agentId/sessions/$sessionId"
                params={{ agentId: agent.id, sessionId: delivery.sessionId }}
                title={`The session of ${delivery.conversationId}`}
              >
                {delivery.conversationId}
              </Link>
            </td>
            <td>{channels.data ? (names.get(delivery.channelId) ?? 'Another channel') : ''}</td>
            <td>
              <Badge tone={statuses[delivery.status].tone}>{statuses[delivery.status].label}</Badge>
            </td>
            <td className={tableStyles.muted} title={delivery.detail ?? undefined}>
              {delivery.reason === 'sent' ? '' : reasonNames[delivery.reason]}
            </td>
            <td className={styles.time}>
              <Response delivery={delivery} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Response({ delivery: { response, surveyAnswer, surveyType } }: { delivery: Delivery }) {
  const parts = [
    response && `after ${durationInWords(response.afterSeconds)}`,
    surveyAnswer && surveyType && answerInWords(surveyType, surveyAnswer.score),
  ].filter(Boolean);
  return parts.length === 0 ? <span className={tableStyles.muted}>–</span> : parts.join(', ');
}
