import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { type Agent, api } from '../../api/client';
import { useMayEdit } from '../../api/console-session';
import { useEditing } from '../../api/editing';
import { queryKeys } from '../../api/keys';
import { useAgent } from '../../shell/agent';
import { EditingForm } from '../../shell/editing-form';
import { Button, Card, ErrorState, Notice, Page, useToasts } from '../../ui';
import { plural } from '../../words/numbers';
import { agentInWords } from './agent-in-words';
import { AvailabilityFields } from './availability-fields';
import { DeleteAgentDialog } from './delete-agent-dialog';
import { type AgentDraft, draftOf, patchOf } from './draft';
import { errorsOf, noErrors } from './errors';
import { LimitFields } from './limit-fields';
import { LiveAvailability } from './live-availability';
import { NameFields } from './name-fields';

/** Who the agent is, and when it may be spoken for. */
export function Identity() {
  const agent = useAgent();
  const mayEdit = useMayEdit();
  const client = useQueryClient();
  const toasts = useToasts();
  const [deleting, setDeleting] = useState(false);
  const editing = useEditing<Agent, AgentDraft, ReturnType<typeof patchOf>>({
    thing: agent,
    fields: agentInWords,
    toDraft: draftOf,
    toPatch: patchOf,
    read: () => api.getAgent({ agentId: agent.id }),
    save: (patch, revision) => api.editAgent({ agentId: agent.id }, patch, { revision }),
    onSaved: (saved) => {
      client.setQueryData(queryKeys.agent(agent.id), saved);
      void client.invalidateQueries({ queryKey: queryKeys.agents });
      toasts.done('Saved', 'Open sessions go by it at once.');
    },
  });
  const { before, draft, change, failed } = editing;
  const errors = failed ? errorsOf(failed.error, failed.draft) : noErrors;
  const isPlaced = Object.keys(errors.fields).length + Object.keys(errors.hours).length > 0;
  const [identityBefore, identityNow] = [before, draft].map((each) => JSON.stringify(patchOf(each).identity));
  return (
    <Page
      title="Identity"
      status={<LiveAvailability />}
      description="Who this agent is, and when it may write to people."
    >
      {!mayEdit && <Notice>You are signed in to look only: an admin key may change this.</Notice>}
      <EditingForm
        what="agent"
        label="Identity"
        editing={editing}
        problems={
          failed &&
          (isPlaced ? (
            errors.others.length > 0 && <Notice tone="bad">{errors.others.join('\n')}</Notice>
          ) : (
            <ErrorState error={failed.error} />
          ))
        }
        beforeSaving={identityBefore !== identityNow && <WhatMoves agentId={agent.id} />}
      >
        <NameFields draft={draft} errors={errors} change={change} />
        <AvailabilityFields draft={draft} errors={errors} mayEdit={mayEdit} change={change} />
        <Card>
          <LimitFields draft={draft} errors={errors} change={change} />
        </Card>
      </EditingForm>
      {mayEdit && (
        <div>
          <Button kind="quiet" icon={<Trash2 size={15} aria-hidden />} onClick={() => setDeleting(true)}>
            Delete agent
          </Button>
        </div>
      )}
      {deleting && <DeleteAgentDialog agent={agent} onClose={() => setDeleting(false)} />}
    </Page>
  );
}

/** Warns where somebody's messages wait for the hours that are being edited. */
function WhatMoves({ agentId }: { agentId: string }) {
  const waiting = useQuery({
    queryKey: [...queryKeys.agent(agentId), 'queued'],
    queryFn: () => api.getAgentQueued({ agentId }),
    refetchInterval: 10_000,
  });
  const queued = waiting.data?.queued ?? 0;
  if (queued === 0) return null;
  return (
    <Notice tone="warn" title={`${plural(queued, 'queued message')} will move`}>
      When you save, the new hours decide when {queued === 1 ? 'it goes' : 'they go'} out: that may be at once.
    </Notice>
  );
}
