import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { EllipsisVertical, KeyRound, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, type Channel, type ChannelPatch } from '../../api/client';
import { useMayEdit } from '../../api/console-session';
import { useEditing } from '../../api/editing';
import { queryKeys } from '../../api/keys';
import { usePolling } from '../../api/live';
import { fieldErrors } from '../../api/problems';
import { isMissing } from '../../api/query-client';
import { useAgent } from '../../shell/agent';
import { EditingForm } from '../../shell/editing-form';
import { NotFound } from '../../shell/not-found';
import {
  Badge,
  Button,
  Card,
  Columns,
  Copyable,
  ErrorState,
  ExternalLink,
  Fact,
  Facts,
  IconButton,
  Loading,
  Menu,
  MenuItem,
  MenuSeparator,
  Notice,
  Page,
  Time,
  useToasts,
} from '../../ui';
import { type ChannelDraft, channelDraftOf, channelInWords, channelPatchOf } from './channel-draft';
import { ChannelFields, fieldNames } from './channel-fields';
import { typeNames } from './channel-words';
import styles from './channels.module.css';
import { ConnectCard } from './connect-card';
import { DeleteChannelDialog } from './delete-channel-dialog';
import { HealthBadge } from './health-badge';
import { HealthCard } from './health-card';
import { RotateDialog } from './rotate-dialog';
import { TestDialog } from './test-dialog';

/** A channel: its settings, how it does, and how to connect it. */
export function ChannelDetails() {
  const agent = useAgent();
  const { channelId } = useParams({ from: '/shell/agents/$agentId/channels/$channelId' });
  const refetchInterval = usePolling(10_000);
  const channel = useQuery({
    queryKey: queryKeys.channel(channelId),
    queryFn: () => api.getChannel({ channelId }),
    refetchInterval,
  });
  if (channel.isPending) return <Loading label="Loading the channel" />;
  if (isMissing(channel.error)) return <NotFound />;
  if (!channel.data) {
    return (
      <Page title="Channel" above={<ToChannels agentId={agent.id} />}>
        <ErrorState error={channel.error} onRetry={() => void channel.refetch()} />
      </Page>
    );
  }
  if (channel.data.agentId !== agent.id || channel.data.playground) return <NotFound />;
  return <Details key={channelId} channel={channel.data} />;
}

const ToChannels = ({ agentId }: { agentId: string }) => (
  <Link to="/agents/$agentId/channels" params={{ agentId }}>
    Channels
  </Link>
);

type Asked = 'test' | 'rotate' | 'delete';

function Details({ channel }: { channel: Channel }) {
  const mayEdit = useMayEdit();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  return (
    <Page
      title={channel.name}
      above={<ToChannels agentId={channel.agentId} />}
      status={
        <>
          <Badge>{typeNames[channel.type]}</Badge>
          <HealthBadge channelId={channel.id} />
        </>
      }
      actions={<Actions channel={channel} onAsk={setAsked} />}
    >
      {!mayEdit && <Notice>You are signed in to look only: an admin key may change this.</Notice>}
      <Columns
        aside={
          <>
            <HealthCard channel={channel} />
            <About channel={channel} />
          </>
        }
      >
        <Settings channel={channel} />
        <ConnectCard channel={channel} />
      </Columns>
      {asked === 'test' && <TestDialog channel={channel} onClose={close} />}
      {asked === 'rotate' && <RotateDialog channel={channel} onClose={close} />}
      {asked === 'delete' && <DeleteChannelDialog channel={channel} onClose={close} />}
    </Page>
  );
}

function Actions({ channel, onAsk }: { channel: Channel; onAsk: (asked: Asked) => void }) {
  const mayEdit = useMayEdit();
  const isWebhook = channel.type === 'webhook';
  return (
    <>
      {!isWebhook && <ExternalLink href={`/webchat/${channel.id}`}>Open the chat</ExternalLink>}
      {mayEdit && isWebhook && (
        <Button icon={<Send size={15} aria-hidden />} onClick={() => onAsk('test')}>
          Send a test
        </Button>
      )}
      {mayEdit && (
        <Menu
          trigger={
            <IconButton label="More actions">
              <EllipsisVertical size={18} aria-hidden />
            </IconButton>
          }
        >
          {isWebhook && (
            <>
              <MenuItem icon={<KeyRound size={15} aria-hidden />} onSelect={() => onAsk('rotate')}>
                Rotate the signing secret
              </MenuItem>
              <MenuSeparator />
            </>
          )}
          <MenuItem danger icon={<Trash2 size={15} aria-hidden />} onSelect={() => onAsk('delete')}>
            Delete channel
          </MenuItem>
        </Menu>
      )}
    </>
  );
}

function Settings({ channel }: { channel: Channel }) {
  const client = useQueryClient();
  const toasts = useToasts();
  const editing = useEditing<Channel, ChannelDraft, ChannelPatch>({
    thing: channel,
    fields: channelInWords,
    toDraft: channelDraftOf,
    toPatch: channelPatchOf,
    read: () => api.getChannel({ channelId: channel.id }),
    save: (patch, revision) => api.editChannel({ channelId: channel.id }, patch, { revision }),
    onSaved: (saved) => {
      client.setQueryData(queryKeys.channel(channel.id), saved);
      void client.invalidateQueries({ queryKey: ['channels'] });
      toasts.done('Saved');
    },
  });
  const { draft, failed } = editing;
  const errors = fieldErrors(failed?.error, fieldNames);
  const isPlaced = Object.keys(errors).some((field) => field !== '');
  return (
    <EditingForm
      what="channel"
      label="Settings"
      editing={editing}
      problems={
        failed &&
        (isPlaced ? errors[''] && <Notice tone="bad">{errors['']}</Notice> : <ErrorState error={failed.error} />)
      }
    >
      <Card title="Settings">
        <div className={styles.fields}>
          <ChannelFields draft={draft} errors={errors} change={editing.change} />
        </div>
      </Card>
    </EditingForm>
  );
}

function About({ channel }: { channel: Channel }) {
  const { timeZone } = useAgent().identity;
  return (
    <Card title="About">
      <Facts>
        <Fact label="Channel id">
          <Copyable value={channel.id} label="the channel id" />
        </Fact>
        <Fact label="Created">
          <Time at={channel.createdAt} timeZone={timeZone} />
        </Fact>
        {channel.hashConversationIds && <Fact label="Conversation ids">A code stands in place of each, for good.</Fact>}
        {channel.rolledOutRevision < channel.planRevision && (
          <Fact label="Open sessions">Being told of the latest change</Fact>
        )}
      </Facts>
    </Card>
  );
}
