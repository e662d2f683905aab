import { Navigate } from '@tanstack/react-router';
import { useAgents } from '../api/lists';
import { ErrorState, Loading, Page } from '../ui';
import { lastAgentId } from './agent';

/** Where a person comes in: at the followups of the agent seen last, or, where there is none, at the first steps. */
export function Start() {
  const agents = useAgents();
  if (agents.isPending) return <Loading />;
  if (agents.isError) {
    return (
      <Page title="Followups">
        <ErrorState error={agents.error} onRetry={() => void agents.refetch()} />
      </Page>
    );
  }
  const agent = agents.data.find(({ id }) => id === lastAgentId()) ?? agents.data[0];
  if (!agent) return <Navigate to="/welcome" replace />;
  return <Navigate to="/agents/$agentId/follow-ups" params={{ agentId: agent.id }} replace />;
}
