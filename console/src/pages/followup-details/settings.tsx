import type { Followup } from '../../api/client';
import { useChannels } from '../../api/lists';
import { useAgent } from '../../shell/agent';
import { Badge, Card, Copyable, Fact, Facts, Skeleton } from '../../ui';
import { delayInWords } from '../../words/delays';
import { surveyNames } from '../../words/statuses';
import { triggerNames, valuesOf } from '../follow-ups/values';
import { surveyCooldownSeconds, whatItDoes } from '../follow-ups/what-it-does';
import styles from './settings.module.css';

/** What the followup does, and all that is set for it. */
export function Settings({ followup }: { followup: Followup }) {
  const { identity, id: agentId } = useAgent();
  const channels = useChannels(agentId);
  const names = channels.data
    ? followup.channelIds.map((id) => channels.data.find((channel) => channel.id === id)?.name ?? 'Playground')
    : null;
  const { surveyType, cooldownSeconds, maxLatenessSeconds } = followup;
  const cooldown = cooldownSeconds ?? (surveyType === null ? 0 : surveyCooldownSeconds);
  return (
    <Card title="What it does">
      <div className={styles.settings}>
        {names ? <p>{whatItDoes(valuesOf(followup), names, identity.availability)}</p> : <Skeleton height="3rem" />}
        <Facts>
          <Fact label="Delay">{delayInWords(followup.delaySeconds)}</Fact>
          <Fact label="Channels">
            {names ? (
              <span className={styles.badges}>
                {names.map((name) => (
                  <Badge key={name}>{name}</Badge>
                ))}
                {names.length === 0 && 'None'}
              </span>
            ) : (
              <Skeleton width="6rem" />
            )}
          </Fact>
          <Fact label="Survey type">{surveyType ? surveyNames[surveyType] : 'No survey'}</Fact>
          <Fact label="Trigger">{triggerNames[followup.trigger]}</Fact>
          <Fact label="Cooldown">{cooldown === 0 ? 'None' : delayInWords(cooldown)}</Fact>
          <Fact label="Lateness">
            {maxLatenessSeconds === null ? 'As the agent says' : `At most ${delayInWords(maxLatenessSeconds)}`}
          </Fact>
        </Facts>
        <Copyable value={followup.id} label="the followup’s id" />
      </div>
    </Card>
  );
}
