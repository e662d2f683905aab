import { useNavigate } from '@tanstack/react-router';
import { Activity, ChevronLeft, ChevronRight } from 'lucide-react';
import { useCallback } from 'react';
import { useChannels } from '../../api/lists';
import { useAgent } from '../../shell/agent';
import { useFilters } from '../../shell/filters';
import {
  Card,
  EmptyState,
  ErrorState,
  Heading,
  LinkButton,
  Loading,
  Page,
  SearchInput,
  Select,
  Table,
  Toolbar,
  useToasts,
} from '../../ui';
import { NothingFound } from './nothing-found';
import { findSessions, type SessionFilters, states, useSessionPage } from './session-page';
import { SessionRow } from './session-row';
import styles from './sessions.module.css';

export function Sessions() {
  const agent = useAgent();
  const toasts = useToasts();
  const navigate = useNavigate();
  const [filters, setFilters] = useFilters<keyof SessionFilters | 'cursor'>();
  const { channel, state, q, cursor } = filters;
  const channels = useChannels(agent.id).data ?? [];
  const page = useSessionPage(agent.id, { channel, state, q }, cursor);
  const isFiltered = Boolean(channel || state || q);

  // Another question begins with the first page of its answers.
  const filterBy = (changes: SessionFilters) => setFilters({ ...changes, cursor: undefined });
  const search = useCallback((q: string) => setFilters({ q: q.trim(), cursor: undefined }), [setFilters]);
  const goToOnlyHit = async (typed: string) => {
    const id = typed.trim();
    if (id === '') return;
    try {
      const [found, another] = await findSessions(id);
      if (!found || another) return;
      await navigate({
        to: '/agents/$agentId/sessions/$sessionId',
        params: { agentId: found.agentId, sessionId: found.id },
      });
    } catch (error) {
      toasts.failed(error);
    }
  };

  return (
    <Page
      title="Sessions"
      description="Each stretch of a conversation, with what will be sent in it, and why, or why not."
    >
      <Toolbar>
        <SearchInput
          label="Search sessions"
          placeholder="Conversation, delivery or message id"
          value={q ?? ''}
          onChange={search}
          onEnter={(typed) => void goToOnlyHit(typed)}
        />
        <Select
          aria-label="Channel"
          className={styles.filter}
          value={channel ?? ''}
          onChange={(event) => filterBy({ channel: event.target.value })}
        >
          <option value="">All channels</option>
          {channels.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
        <Select
          aria-label="State"
          className={styles.filter}
          value={state ?? ''}
          onChange={(event) => filterBy({ state: event.target.value })}
        >
          <option value="">All states</option>
          {Object.entries(states).map(([value, { label }]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Toolbar>
      <Card flush>
        {page.isPending ? (
          <Loading label="Loading the sessions" lines={8} />
        ) : page.isError && !page.data ? (
          <ErrorState error={page.error} onRetry={() => void page.refetch()} />
        ) : page.data.items.length > 0 ? (
          <Table label="Sessions">
            <thead>
              <tr>
                <Heading>Conversation</Heading>
                <Heading>Channel</Heading>
                <Heading>State</Heading>
                <Heading>Started</Heading>
                <Heading>Last message</Heading>
                <Heading>Next or last followup</Heading>
              </tr>
            </thead>
            <tbody className={page.isPlaceholderData ? styles.previous : undefined}>
              {page.data.items.map((session) => (
                <SessionRow key={session.id} listed={session} />
              ))}
            </tbody>
          </Table>
        ) : isFiltered ? (
          <NothingFound q={q} onClear={() => filterBy({ channel: undefined, state: undefined, q: undefined })} />
        ) : (
          <EmptyState icon={<Activity />} title="No sessions yet">
            A session begins with the first message that a channel reports. Try one in the Playground.
          </EmptyState>
        )}
      </Card>
      <Paging filters={filters} nextCursor={page.data?.nextCursor ?? null} />
    </Page>
  );
}

/** Each page is an address, so the browser's Back leads to the one before. */
function Paging({ filters, nextCursor }: { filters: SessionFilters & { cursor?: string }; nextCursor: string | null }) {
  const { id: agentId } = useAgent();
  const { cursor, ...first } = filters;
  const sessions = { to: '/agents/$agentId/sessions', params: { agentId } } as const;
  if (!cursor && !nextCursor) return null;
  return (
    <nav aria-label="Pages" className={styles.paging}>
      {cursor && (
        <LinkButton {...sessions} search={searchOf(first)} icon={<ChevronLeft size={15} aria-hidden />}>
          Newest
        </LinkButton>
      )}
      {nextCursor && (
        <LinkButton {...sessions} search={searchOf({ ...first, cursor: nextCursor })}>
          Older <ChevronRight size={15} aria-hidden />
        </LinkButton>
      )}
    </nav>
  );
}

const searchOf = (filters: Partial<Record<string, string | undefined>>) => filters as Record<string, string>;
