import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ExplainedFollowup, Session } from '../../api/client';
import { isPending, useSession } from '../../api/sessions';
import { useAgent } from '../../shell/agent';
import { Badge, Copyable, Countdown, classes, Skeleton, Time, tableStyles } from '../../ui';
import { endedByWords, lastMessageAt, turnInWords } from '../../words/sessions';
import { statuses } from '../../words/statuses';
import { ChannelName } from './channel-name';
import styles from './sessions.module.css';

/** A row is asked for news so often. */
const askEveryMs = 15_000;

/** A session: what the list says of it at once, and what its workflow says once it has been asked. */
export function SessionRow({ listed }: { listed: Session }) {
  const { identity, id: agentId } = useAgent();
  const asked = useSession(listed.id, askEveryMs);
  const session = asked.data ?? listed;
  const lastAt = lastMessageAt(session);
  const pending = <Skeleton width="7rem" />;
  return (
    <tr>
      <td>
        <Copyable value={listed.conversationId} label={`conversation ${listed.conversationId}`}>
          <Link
            to="/agents/$agentId/sessions/$sessionId"
            params={{ agentId, sessionId: listed.id }}
            className={classes(tableStyles.link, styles.id)}
            title={listed.conversationId}
          >
            {listed.conversationId}
          </Link>
        </Copyable>
      </td>
      <td>
        <ChannelName channelId={listed.channelId} />
      </td>
      <td>
        <State session={session} isAsked={!asked.isPending} />
      </td>
      <td className={styles.time}>
        <Time at={session.startedAt} timeZone={identity.timeZone} />
      </td>
      <td className={styles.time}>
        {lastAt ? <Time at={lastAt} timeZone={identity.timeZone} /> : asked.isPending ? pending : '–'}
      </td>
      <td>{asked.isPending ? pending : asked.data ? <Planned followups={asked.data.followups} /> : '–'}</td>
    </tr>
  );
}

function State({ session, isAsked }: { session: Session; isAsked: boolean }) {
  if (session.status === 'ended') {
    const why = session.endedBy && endedByWords[session.endedBy];
    return <Lines first={<Badge>Ended</Badge>} second={session.outcome ?? why} />;
  }
  const turn = turnInWords(session);
  return (
    <Lines
      first={
        <Badge tone="good" dot>
          Open
        </Badge>
      }
      second={
        isAsked ? (
          (turn ?? <span title="Its workflow cannot be asked just now">–</span>)
        ) : (
          <Skeleton width="8rem" height="0.8rem" />
        )
      }
    />
  );
}

/** What is next, or else what was sent last. */
function Planned({ followups }: { followups: ExplainedFollowup[] }) {
  const { identity } = useAgent();
  const atMs = ({ sendAt }: ExplainedFollowup) => (sendAt === null ? Infinity : Date.parse(sendAt));
  const inOrder = [...followups].sort((one, other) => atMs(one) - atMs(other));
  const next = inOrder.find(isPending);
  const shown = next ?? inOrder.findLast(({ status }) => status !== 'skipped');
  if (!shown) return <span className={tableStyles.muted}>Nothing planned</span>;
  const { label, tone } = statuses[shown.status];
  return (
    <Lines
      first={
        <span className={styles.followup}>
          <Badge tone={tone}>{label}</Badge>
          <span className={styles.title} title={shown.title}>
            {shown.title}
          </span>
        </span>
      }
      second={
        shown.sendAt !== null &&
        (next ? <Countdown to={shown.sendAt} /> : <Time at={shown.sendAt} timeZone={identity.timeZone} />)
      }
    />
  );
}

function Lines({ first, second }: { first: ReactNode; second: ReactNode }) {
  return (
    <div className={styles.lines}>
      <div>{first}</div>
      {second && <div className={styles.second}>{second}</div>}
    </div>
  );
}
