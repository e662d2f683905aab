import { useInfiniteQuery } from '@tanstack/react-query';
import { type AuditEntry, api, type Followup } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { useChannels } from '../../api/lists';
import { useMorePages } from '../../api/more-pages';
import { useAgent } from '../../shell/agent';
import { Button, Card, ErrorState, Loading, Time } from '../../ui';
import { fieldNames, valueInWords } from '../follow-ups/values';
import styles from './history.module.css';

/** Who changed what of a followup, when; the newest first. */
export function History({ followup: { id: followupId, agentId } }: { followup: Followup }) {
  const history = useInfiniteQuery({
    queryKey: queryKeys.followupHistory(followupId),
    queryFn: ({ pageParam }) =>
      api.listFollowupHistory({ followupId, limit: 20, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
  const { isLoadingMore, loadMore } = useMorePages(history);
  const channels = useChannels(agentId);
  const channelNames = new Map(channels.data?.map(({ id, name }) => [id, name]));
  return (
    <Card title="History of changes">
      {history.isPending && <Loading label="Loading the history" />}
      {history.isError && <ErrorState error={history.error} onRetry={() => void history.refetch()} />}
      <ol className={styles.entries}>
        {history.data?.pages
          .flatMap((page) => page.items)
          .map((entry) => (
            <Entry key={entry.id} entry={entry} channelNames={channelNames} />
          ))}
      </ol>
      {history.hasNextPage && (
        <Button busy={isLoadingMore} onClick={loadMore}>
          Load more
        </Button>
      )}
    </Card>
  );
}

const verbs: Partial<Record<AuditEntry['action'], string>> = {
  create: 'created it',
  edit: 'edited it',
  delete: 'deleted it',
  activate: 'activated it',
  deactivate: 'deactivated it',
};

function Entry({ entry, channelNames }: { entry: AuditEntry; channelNames: ReadonlyMap<string, string> }) {
  const { timeZone } = useAgent().identity;
  const { action, keyName, at } = entry;
  // The verb says it all of the others.
  const changes = action === 'edit' ? inOrder(entry.changes) : [];
  return (
    <li className={styles.entry}>
      <p>
        <strong className={styles.who}>{keyName}</strong> {verbs[action] ?? action}
        <span className={styles.when}>
          <Time at={at} timeZone={timeZone} />
        </span>
      </p>
      {changes.length > 0 && (
        <dl className={styles.changes}>
          {changes.map(([field, { from, to }]) => (
            <div key={field}>
              <dt>{names[field] ?? field}</dt>
              <dd>
                <del>{valueInWords(field, from, channelNames)}</del>
                <span className={styles.arrow}>
                  <span aria-hidden>→</span>
                  <span className="sr-only">became</span>
                </span>
                <ins>{valueInWords(field, to, channelNames)}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

const names: Record<string, string> = { ...fieldNames, status: 'Status' };
const order = Object.keys(names);

/** As the fields stand in the form. */
const inOrder = (changes: AuditEntry['changes']) =>
  Object.entries(changes).sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));
