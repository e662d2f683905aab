import { useQuery } from '@tanstack/react-query';
import { Outlet, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { agentQuery } from '../api/lists';
import { isMissing } from '../api/query-client';
import { ErrorState, Loading, Page } from '../ui';
import { AgentContext, rememberAgent } from './agent';
import { NotFound } from './not-found';

/** Everything of one agent: its pages find it with `useAgent`. */
export function AgentRoom() {
  const { agentId } = useParams({ from: '/shell/agents/$agentId' });
  const agent = useQuery(agentQuery(agentId));
  useEffect(() => rememberAgent(agentId), [agentId]);
  if (agent.data) {
    return (
      // A page of another agent begins anew.
      <AgentContext.Provider value={agent.data} key={agentId}>
        <Outlet />
      </AgentContext.Provider>
    );
  }
  if (agent.isPending) return <Loading label="Loading the agent" />;
  if (isMissing(agent.error)) return <NotFound />;
  return (
    <Page title="AI Agent">
      <ErrorState error={agent.error} onRetry={() => void agent.refetch()} />
    </Page>
  );
}
