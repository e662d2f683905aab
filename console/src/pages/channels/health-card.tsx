import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Channel, type ChannelHealth } from '../../api/client';
import { useMayEdit } from '../../api/console-session';
import { useAgent } from '../../shell/agent';
import { Badge, Button, Card, ErrorState, Fact, Facts, Loading, Notice, Time, useToasts } from '../../ui';
import { inDigits } from '../../words/numbers';
import { failureInWords, healthInWords } from './channel-words';
import styles from './channels.module.css';
import { useChannelHealth } from './health-badge';

/** How the endpoint does: when it last worked, when it last failed, and why. */
export function HealthCard({ channel }: { channel: Channel }) {
  const health = useChannelHealth(channel.id);
  return (
    <Card title="Health">
      {health.isPending && <Loading lines={3} />}
      {health.isError && <ErrorState error={health.error} onRetry={() => void health.refetch()} />}
      {health.data && <HealthFacts channel={channel} health={health.data} />}
    </Card>
  );
}

function HealthFacts({ channel, health }: { channel: Channel; health: ChannelHealth }) {
  const { timeZone } = useAgent().identity;
  const { label, tone } = healthInWords(health);
  const at = (time: string | null) => (time === null ? 'Never' : <Time at={time} timeZone={timeZone} />);
  return (
    <div className={styles.stack}>
      {health.status === 'paused' && <Paused channel={channel} health={health} />}
      {health.reportsOnlyOneSide && (
        <Notice tone="warn" title="It reports only one side">
          {health.reportsOnlyOneSide.message}
        </Notice>
      )}
      <Facts>
        <Fact label="Status">
          <Badge tone={tone} dot>
            {label}
          </Badge>
        </Fact>
        <Fact label="Last success">{at(health.lastSuccessAt)}</Fact>
        <Fact label="Last failure">
          {at(health.lastFailureAt)}
          {health.lastFailure && <p className={styles.hint}>{failureInWords(health.lastFailure)}.</p>}
        </Fact>
        {health.consecutiveFailures > 0 && (
          <Fact label="Failures in a row">
            {inDigits(health.consecutiveFailures)}
            {health.consecutiveFailures >= 10 && <p className={styles.hint}>One attempt at a time is made.</p>}
          </Fact>
        )}
      </Facts>
    </div>
  );
}

function Paused({ channel, health }: { channel: Channel; health: ChannelHealth }) {
  const { timeZone } = useAgent().identity;
  const mayEdit = useMayEdit();
  const client = useQueryClient();
  const toasts = useToasts();
  const resuming = useMutation({
    mutationFn: () => api.resumeChannel({ channelId: channel.id }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['channels'] });
      toasts.done('The channel sends again', 'What was held goes out, as far as it is still wanted.');
    },
    onError: toasts.failed,
  });
  return (
    <Notice
      tone="warn"
      title="Nothing is sent"
      action={
        mayEdit && (
          <Button size="small" busy={resuming.isPending} onClick={() => resuming.mutate()}>
            Resume
          </Button>
        )
      }
    >
      The endpoint answered that it is gone (410)
      {health.pausedAt && (
        <>
          , <Time at={health.pausedAt} timeZone={timeZone} />
        </>
      )}
      . What comes due meanwhile waits.
    </Notice>
  );
}
