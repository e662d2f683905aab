import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Channel } from '../../api/client';
import { useMayEdit } from '../../api/console-session';
import { queryKeys } from '../../api/keys';
import { useAgent } from '../../shell/agent';
import { Switch, useToasts } from '../../ui';
import type { Playground } from './arrange';
import styles from './playground.module.css';

/** Whether followups come here outside the agent's hours as well. */
export function IgnoreHours({ channel }: { channel: Channel }) {
  const agent = useAgent();
  const mayEdit = useMayEdit();
  const client = useQueryClient();
  const toasts = useToasts();
  const ignore = useMutation({
    mutationFn: (ignoreAvailability: boolean) => api.editChannel({ channelId: channel.id }, { ignoreAvailability }),
    onSuccess: (saved) =>
      client.setQueryData<Playground>(
        queryKeys.playground(agent.id),
        (before) => before && { ...before, channel: saved },
      ),
    onError: (error) => toasts.failed(error),
  });
  return (
    <span className={styles.switch} title="Followups come as if the agent were always available.">
      <Switch
        label="Ignore hours"
        checked={ignore.isPending ? ignore.variables : channel.ignoreAvailability}
        onChange={(checked) => ignore.mutate(checked)}
        disabled={!mayEdit || ignore.isPending}
      />
      <span aria-hidden>Ignore hours</span>
    </span>
  );
}
