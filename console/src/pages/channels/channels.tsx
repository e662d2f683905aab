import { Link } from '@tanstack/react-router';
import { MessagesSquare, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Channel, Followup } from '../../api/client';
import { useMayEdit } from '../../api/console-session';
import { useChannels, useFollowups } from '../../api/lists';
import { useAgent } from '../../shell/agent';
import { Badge, Button, Card, EmptyState, ErrorState, Heading, Loading, Page, Table, tableStyles } from '../../ui';
import { plural } from '../../words/numbers';
import { hostOf, typeNames } from './channel-words';
import styles from './channels.module.css';
import { HealthBadge } from './health-badge';
import { NewChannelDialog } from './new-channel-dialog';

/** Where the agent talks with its users. */
export function Channels() {
  const agent = useAgent();
  const mayEdit = useMayEdit();
  const channels = useChannels(agent.id);
  const followups = useFollowups(agent.id);
  const [making, setMaking] = useState(false);
  const newChannel = mayEdit && (
    <Button kind="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setMaking(true)}>
      New channel
    </Button>
  );
  return (
    <Page
      title="Channels"
      description="Where this agent talks with its users: a gateway of your own, or the web chat that is part of the service."
      actions={channels.data && channels.data.length > 0 && newChannel}
    >
      {channels.isPending && (
        <Card>
          <Loading label="Loading the channels" />
        </Card>
      )}
      {channels.isError && <ErrorState error={channels.error} onRetry={() => void channels.refetch()} />}
      {channels.data?.length === 0 && (
        <Card>
          <EmptyState icon={<MessagesSquare />} title="No channels yet" action={newChannel}>
            A channel is a place where the agent talks with people. A web chat works at once; a webhook connects what
            you have.
          </EmptyState>
        </Card>
      )}
      {channels.data && channels.data.length > 0 && (
        <Card flush>
          <Table label="Channels">
            <thead>
              <tr>
                <Heading>Name</Heading>
                <Heading>Type</Heading>
                <Heading>Health</Heading>
                <Heading>Endpoint</Heading>
                <Heading number>Followups</Heading>
              </tr>
            </thead>
            <tbody>
              {channels.data.map((channel) => (
                <Row key={channel.id} channel={channel} followups={followups.data} />
              ))}
            </tbody>
          </Table>
        </Card>
      )}
      {making && <NewChannelDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Row({ channel, followups }: { channel: Channel; followups: Followup[] | undefined }) {
  const here = followups?.filter(({ channelIds }) => channelIds.includes(channel.id));
  const active = here?.filter(({ status }) => status === 'active').length ?? 0;
  return (
    <tr>
      <td>
        <Link
          to="/agents/$agentId/channels/$channelId"
          params={{ agentId: channel.agentId, channelId: channel.id }}
          className={tableStyles.link}
        >
          {channel.name}
        </Link>
      </td>
      <td>
        <Badge>{typeNames[channel.type]}</Badge>
      </td>
      <td>
        <div className={styles.badges}>
          <HealthBadge channelId={channel.id} />
        </div>
      </td>
      <td className={tableStyles.clip}>
        <span className={styles.host}>{hostOf(channel) ?? 'part of the service'}</span>
      </td>
      <td className={tableStyles.number}>
        {here === undefined ? (
          '–'
        ) : (
          <Link
            to="/agents/$agentId/follow-ups"
            params={{ agentId: channel.agentId }}
            search={{ channel: channel.id }}
            title={`${plural(active, 'active followup')} of ${here.length}`}
            aria-label={`${plural(here.length, 'followup')} on ${channel.name}`}
          >
            {here.length}
          </Link>
        )}
      </td>
    </tr>
  );
}
