import { useQuery } from '@tanstack/react-query';
import { Clock, Plus } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Followup } from '../../api/client';
import { useMayEdit } from '../../api/console-session';
import { agentStatsQuery, useChannels, useFollowups } from '../../api/lists';
import { usePolling } from '../../api/live';
import { useAgent } from '../../shell/agent';
import { useFilters } from '../../shell/filters';
import { useShortcut } from '../../shell/shortcuts';
import { Button, Card, EmptyState, ErrorState, Loading, Page, SearchInput, Select, Toolbar } from '../../ui';
import { plural } from '../../words/numbers';
import styles from './follow-ups.module.css';
import { FollowupsTable } from './followups-table';
import { filtered, rowsOf, sorted, sortingOf, sortingText } from './rows';
import { useFollowupActions } from './use-followup-actions';

/** So long a row stands out after it was made. */
const freshMs = 8_000;

export function FollowUps() {
  const agent = useAgent();
  const mayEdit = useMayEdit();
  const [filters, setFilters] = useFilters<'q' | 'channel' | 'status' | 'sort'>();
  const [fresh, setFresh] = useState<string | null>(null);
  const followups = useFollowups(agent.id);
  const channels = useChannels(agent.id);
  const stats = useQuery({
    ...agentStatsQuery(agent.id),
    // The largest answer by far: the table does not wait behind it.
    enabled: followups.isSuccess,
    refetchInterval: usePolling(30_000),
  });

  const rows = useMemo(
    () => rowsOf(followups.data ?? [], channels.data ?? [], stats.data),
    [followups.data, channels.data, stats.data],
  );
  const { q, channel, status, sort } = filters;
  const sorting = useMemo(() => sortingOf(sort), [sort]);
  const shown = useMemo(
    () =>
      sorted(
        filtered(rows, {
          ...(q === undefined ? {} : { q }),
          ...(channel === undefined ? {} : { channel }),
          ...(status === undefined ? {} : { status }),
        }),
        sorting,
      ),
    [rows, q, channel, status, sorting],
  );

  const clear = useCallback(() => setFilters({ q: undefined, channel: undefined, status: undefined }), [setFilters]);
  const actions = useFollowupActions({
    onCreated: (followup: Followup) => {
      setFresh(followup.id);
      // A filter must not hide what was just made.
      clear();
    },
  });
  useEffect(() => {
    if (fresh === null) return;
    const timer = setTimeout(() => setFresh(null), freshMs);
    return () => clearTimeout(timer);
  }, [fresh]);
  useShortcut('n', () => mayEdit && actions.create());

  const newButton = mayEdit && (
    <Button
      kind="primary"
      icon={<Plus size={16} aria-hidden />}
      aria-keyshortcuts="n"
      title="New Followup (n)"
      onClick={actions.create}
    >
      New Followup
    </Button>
  );
  return (
    <Page
      title="Follow ups"
      description="Messages that are sent once per session when a user has gone quiet."
      actions={newButton}
    >
      {followups.isPending || channels.isPending ? (
        <Card flush>
          <Loading label="Loading the followups" lines={6} />
        </Card>
      ) : followups.isError ? (
        <ErrorState error={followups.error} onRetry={() => void followups.refetch()} />
      ) : channels.isError ? (
        <ErrorState error={channels.error} onRetry={() => void channels.refetch()} />
      ) : rows.length === 0 ? (
        <Card flush>
          <EmptyState icon={<Clock size={22} />} title="No followups yet" action={newButton}>
            A followup is a message that goes out when a user has not replied for a while: never after they did, and
            only inside the agent’s hours.
          </EmptyState>
        </Card>
      ) : (
        <>
          {stats.isError && <ErrorState error={stats.error} onRetry={() => void stats.refetch()} />}
          <Toolbar>
            <SearchInput label="Search followups" value={q ?? ''} onChange={(text) => setFilters({ q: text })} />
            <div className={styles.filter}>
              <Select
                aria-label="Channel"
                value={channel ?? ''}
                onChange={({ target }) => setFilters({ channel: target.value })}
              >
                <option value="">All channels</option>
                {channels.data.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            </div>
            <div className={styles.filter}>
              <Select
                aria-label="Status"
                value={status ?? ''}
                onChange={({ target }) => setFilters({ status: target.value })}
              >
                <option value="">Any status</option>
                <option value="active">Active</option>
                <option value="inactive">Inactive</option>
              </Select>
            </div>
            <div className={styles.narrowOnly}>
              <Select
                aria-label="Sort"
                value={sort ?? ''}
                onChange={({ target }) => setFilters({ sort: target.value })}
              >
                <option value="">Newest first</option>
                <option value="title">By title</option>
                <option value="delay">Shortest delay first</option>
                <option value="-sent">Most sent first</option>
                <option value="-rate">Best response rate first</option>
              </Select>
            </div>
            <p className={styles.count} role="status">
              {shown.length === rows.length
                ? plural(rows.length, 'followup')
                : `${shown.length} of ${plural(rows.length, 'followup')}`}
            </p>
          </Toolbar>
          <Card flush>
            {shown.length === 0 ? (
              <EmptyState title="Nothing matches" action={<Button onClick={clear}>Clear the filters</Button>}>
                No followup has this in its title or message, on this channel and with this status.
              </EmptyState>
            ) : (
              <FollowupsTable
                rows={shown}
                sorting={sorting}
                onSort={(next) => setFilters({ sort: sortingText(next) })}
                counted={stats.data ?? null}
                fresh={fresh}
                onAct={actions.act}
              />
            )}
          </Card>
        </>
      )}
      {actions.dialogs}
    </Page>
  );
}
