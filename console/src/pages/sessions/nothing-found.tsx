import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import { queryKeys } from '../../api/keys';
import { Button, EmptyState, LinkButton } from '../../ui';
import { findSessions } from './session-page';

/** Nothing matches; what was searched for may be with another agent, or not be what is left by the filters. */
export function NothingFound({ q, onClear }: { q: string | undefined; onClear: () => void }) {
  const elsewhere = useQuery({
    queryKey: queryKeys.sessions({ q, anywhere: true }),
    queryFn: () => findSessions(q ?? ''),
    enabled: q !== undefined,
  });
  const [found] = elsewhere.data ?? [];
  if (found) {
    return (
      <EmptyState
        icon={<SearchX />}
        title="Not among these sessions"
        action={
          <LinkButton
            to="/agents/$agentId/sessions/$sessionId"
            params={{ agentId: found.agentId, sessionId: found.id }}
          >
            Open it
          </LinkButton>
        }
      >
        What you look for is there, but with another agent or left out by the filters.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<SearchX />} title="No session matches" action={<Button onClick={onClear}>Clear filters</Button>}>
      {q === undefined
        ? 'Choose another channel or state.'
        : 'The search takes a whole id: of a conversation, a session, a delivery, or a message as the gateway names it.'}
    </EmptyState>
  );
}
