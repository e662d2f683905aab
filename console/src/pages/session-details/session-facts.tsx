import { Link } from '@tanstack/react-router';
import type { Session } from '../../api/client';
import { useAgent } from '../../shell/agent';
import { Card, Copyable, Fact, Facts, Time } from '../../ui';
import { awaitingNames, endedByWords } from '../../words/sessions';
import { ChannelName, useSessionChannel } from '../sessions/channel-name';

export function SessionFacts({ session }: { session: Session }) {
  const { id: agentId, name, identity } = useAgent();
  const { channel } = useSessionChannel(session.channelId);
  const time = (at: string | null) => (at ? <Time at={at} timeZone={identity.timeZone} seconds /> : '–');
  return (
    <Card title="Facts">
      <Facts>
        <Fact label="Conversation">
          <Copyable value={session.conversationId} label="conversation id" />
        </Fact>
        <Fact label="Session">
          <Copyable value={session.id} label="session id" />
        </Fact>
        <Fact label="Channel">
          {channel?.playground ? (
            <Link to="/agents/$agentId/playground" params={{ agentId }}>
              Playground
            </Link>
          ) : channel ? (
            <Link to="/agents/$agentId/channels/$channelId" params={{ agentId, channelId: channel.id }}>
              {channel.name}
            </Link>
          ) : (
            <ChannelName channelId={session.channelId} />
          )}
        </Fact>
        <Fact label="Agent">
          <Link to="/agents/$agentId/identity" params={{ agentId }}>
            {name}
          </Link>
        </Fact>
        <Fact label="Started">{time(session.startedAt)}</Fact>
        {session.status === 'ended' && (
          <Fact label="Ended">
            {time(session.endedAt)}
            {session.endedBy && <div>{endedByWords[session.endedBy]}</div>}
          </Fact>
        )}
        {session.outcome && <Fact label="Outcome">{session.outcome}</Fact>}
        <Fact label="Last agent message">{time(session.lastAgentMessageAt)}</Fact>
        <Fact label="Last user message">{time(session.lastUserMessageAt)}</Fact>
        <Fact label="Last operator message">{time(session.lastOperatorMessageAt)}</Fact>
        <Fact label="The agent awaits">{session.awaiting ? awaitingNames[session.awaiting] : '–'}</Fact>
        <Fact label="Armed">{session.armed === null ? '–' : session.armed ? 'yes' : 'no'}</Fact>
        <Fact label="Plan revision">{session.planRevision}</Fact>
        <Fact label="Signals set aside">{session.setAside}</Fact>
        <Fact label="Workflow">
          <Copyable value={session.temporal.workflowId} label="workflow id" />
        </Fact>
      </Facts>
    </Card>
  );
}
