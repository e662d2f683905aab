import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Agent, api, every } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { useChannels } from '../../api/lists';
import { Button, Dialog, ErrorState, Field, Loading, Notice, TextInput, useToasts } from '../../ui';
import { plural } from '../../words/numbers';

/** Channels of the Playground are made by the console, and go with their agent. */
async function deleteAgent(agentId: string): Promise<void> {
  for await (const { id: channelId } of every(api.listChannels, { agentId, playground: 'true' })) {
    await api.deleteChannel({ channelId });
  }
  await api.deleteAgent({ agentId });
}

/** Deletes an agent that has no channels, after its name was typed. */
export function DeleteAgentDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const channels = useChannels(agent.id);
  const client = useQueryClient();
  const navigate = useNavigate();
  const toasts = useToasts();
  const deleting = useMutation({
    mutationFn: () => deleteAgent(agent.id),
    onSuccess: async () => {
      client.setQueryData<Agent[]>(queryKeys.agents, (agents) => agents?.filter(({ id }) => id !== agent.id));
      await navigate({ to: '/', ignoreBlocker: true });
      client.removeQueries({ queryKey: queryKeys.agent(agent.id) });
      toasts.done(`${agent.name} was deleted`);
    },
  });
  const left = channels.data?.length ?? 0;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete ${agent.name}?`}
      onSubmit={() => typed.trim() === agent.name && deleting.mutate()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {left === 0 && (
            <Button kind="danger" type="submit" busy={deleting.isPending} disabled={typed.trim() !== agent.name}>
              Delete agent
            </Button>
          )}
        </>
      }
    >
      {channels.isPending && <Loading lines={2} />}
      {channels.isError && <ErrorState error={channels.error} onRetry={() => void channels.refetch()} />}
      {left > 0 && (
        <Notice
          tone="warn"
          title={`It has ${plural(left, 'channel')}`}
          action={
            <Link to="/agents/$agentId/channels" params={{ agentId: agent.id }}>
              Channels
            </Link>
          }
        >
          Delete {left === 1 ? 'it' : 'them'} first: their sessions end then, and nothing more is sent.
        </Notice>
      )}
      {channels.data && left === 0 && (
        <>
          <p>Its followups are gone with it. What happened stays in the records. This cannot be taken back.</p>
          <Field label={`Type ${agent.name} to delete it`}>
            <TextInput value={typed} onChange={(event) => setTyped(event.target.value)} />
          </Field>
        </>
      )}
      {deleting.isError && <ErrorState error={deleting.error} />}
    </Dialog>
  );
}
