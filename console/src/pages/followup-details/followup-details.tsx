import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Pencil, Power } from 'lucide-react';
import { api, type Followup } from '../../api/client';
import { useMayEdit } from '../../api/console-session';
import { queryKeys } from '../../api/keys';
import { isMissing } from '../../api/query-client';
import { useAgent } from '../../shell/agent';
import { NotFound } from '../../shell/not-found';
import { Badge, Button, ErrorState, Loading, Notice, Page } from '../../ui';
import { FollowupMenu } from '../follow-ups/followup-menu';
import { useFollowupActions } from '../follow-ups/use-followup-actions';
import { Deliveries } from './deliveries';
import styles from './followup-details.module.css';
import { History } from './history';
import { MessagePreview } from './message-preview';
import { Numbers } from './numbers';
import { Settings } from './settings';

export function FollowupDetails() {
  const { followupId } = useParams({ from: '/shell/agents/$agentId/follow-ups/$followupId' });
  const agent = useAgent();
  const followup = useQuery({
    queryKey: queryKeys.followup(followupId),
    queryFn: () => api.getFollowup({ followupId }),
  });
  if (followup.isPending) return <Loading label="Loading the followup" lines={8} />;
  if (isMissing(followup.error) || (followup.data && followup.data.agentId !== agent.id)) return <NotFound />;
  if (!followup.data) {
    return (
      <Page title="Followup" above={<ToTheList />}>
        <ErrorState error={followup.error} onRetry={() => void followup.refetch()} />
      </Page>
    );
  }
  // Another followup begins anew.
  return <Details key={followupId} followup={followup.data} />;
}

function ToTheList() {
  const { id } = useAgent();
  return (
    <Link to="/agents/$agentId/follow-ups" params={{ agentId: id }}>
      Follow ups
    </Link>
  );
}

function Details({ followup }: { followup: Followup }) {
  const agent = useAgent();
  const mayEdit = useMayEdit();
  const navigate = useNavigate();
  const { act, dialogs } = useFollowupActions({
    onCreated: ({ id, agentId }) =>
      void navigate({ to: '/agents/$agentId/follow-ups/$followupId', params: { agentId, followupId: id } }),
    onDeleted: () => void navigate({ to: '/agents/$agentId/follow-ups', params: { agentId: agent.id } }),
  });
  const isActive = followup.status === 'active';
  return (
    <Page
      title={followup.title}
      above={<ToTheList />}
      status={
        <Badge tone={isActive ? 'good' : 'neutral'} dot>
          {isActive ? 'Active' : 'Inactive'}
        </Badge>
      }
      actions={
        mayEdit && (
          <>
            <Button icon={<Pencil size={15} aria-hidden />} onClick={() => void act('edit', followup)}>
              Edit
            </Button>
            <Button
              icon={<Power size={15} aria-hidden />}
              onClick={() => void act(isActive ? 'deactivate' : 'activate', followup)}
            >
              {isActive ? 'Deactivate' : 'Activate'}
            </Button>
            <FollowupMenu followup={followup} mayEdit={mayEdit} onAct={(action, of) => void act(action, of)} />
          </>
        )
      }
    >
      {followup.warnings.map(({ message }) => (
        <Notice key={message} tone="warn">
          {message}
        </Notice>
      ))}
      <div className={styles.about}>
        <MessagePreview followup={followup} />
        <Settings followup={followup} />
      </div>
      <Numbers followup={followup} />
      <Deliveries followupId={followup.id} />
      <History followup={followup} />
      {dialogs}
    </Page>
  );
}
