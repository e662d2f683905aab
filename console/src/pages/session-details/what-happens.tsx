import { Link } from '@tanstack/react-router';
import { MoveRight } from 'lucide-react';
import type { Delivery, Session } from '../../api/client';
import { isGoingOn, isPending } from '../../api/sessions';
import { useAgent } from '../../shell/agent';
import { Badge, Card, Copyable, Countdown, LinkButton, Time } from '../../ui';
import { durationInWords } from '../../words/delays';
import { reasonNames } from '../../words/reasons';
import { endedByWords } from '../../words/sessions';
import { statuses } from '../../words/statuses';
import styles from './session-details.module.css';
import { isHeldBack, type Story } from './story';

/** What the page is for: why somebody got a message, or did not, or will. */
export function WhatHappens({ session, stories }: { session: Session; stories: Story[] }) {
  const title = isGoingOn(session) ? 'What happens next, and why' : 'What happened, and why';
  return (
    <Card title={title} description={<LastWord session={session} />} flush>
      {stories.length === 0 ? (
        <NoFollowups session={session} />
      ) : (
        <ul className={styles.stories}>
          {stories.map((story) => (
            <FollowupStory key={story.followup.followupId} story={story} />
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Who spoke last, which everything follows from. */
function LastWord({ session }: { session: Session }) {
  const { identity } = useAgent();
  const at = (time: string | null) =>
    time && (
      <>
        {' '}
        at <Time at={time} timeZone={identity.timeZone} seconds />
      </>
    );
  const { status, armed, awaiting, lastAgentMessageAt, lastUserMessageAt, lastOperatorMessageAt } = session;
  if (status === 'ended') {
    return (
      <>
        The session ended{at(session.endedAt)}
        {session.endedBy && `: ${endedByWords[session.endedBy]}`}
        {session.outcome && `, ${session.outcome}`}.
      </>
    );
  }
  if (armed === null) return <>Who spoke last is known to its workflow alone.</>;
  if (armed) {
    const waits = {
      user: ' and waits for the user.',
      operator: ' and waits for a colleague: no reply of the user is expected.',
      nobody: ' and waits for nobody: the conversation counts as over.',
    }[awaiting ?? 'user'];
    return (
      <>
        The agent spoke last{at(lastAgentMessageAt)},{waits}
      </>
    );
  }
  const isOperator = Date.parse(lastOperatorMessageAt ?? '') >= Date.parse(lastUserMessageAt ?? '1970-01-01');
  if (isOperator)
    return <>A human operator spoke last{at(lastOperatorMessageAt)}. Nothing is sent until the agent speaks again.</>;
  if (lastUserMessageAt === null) return <>The agent has not spoken yet.</>;
  return <>The user spoke last{at(lastUserMessageAt)}. Nothing is sent until the agent speaks again.</>;
}

function FollowupStory({ story: { followup, delivery, steps } }: { story: Story }) {
  const { id: agentId, identity } = useAgent();
  const { label, tone } = statuses[followup.status];
  return (
    <li className={styles.story} data-tone={tone}>
      <div className={styles.head}>
        <h3>
          <Link
            to="/agents/$agentId/follow-ups/$followupId"
            params={{ agentId, followupId: followup.followupId }}
            className={styles.name}
          >
            {followup.title}
          </Link>
        </h3>
        <span role="status" className={styles.state}>
          <Badge tone={tone} dot>
            {label}
          </Badge>
          {followup.reason !== followup.status && (
            <code className={styles.reason} title={reasonNames[followup.reason]}>
              {followup.reason}
            </code>
          )}
        </span>
        {isPending(followup) && followup.sendAt !== null && (
          <span className={styles.countdown}>
            <Countdown to={followup.sendAt} />
          </span>
        )}
      </div>
      <p className={styles.sentence}>{followup.explanation ?? `By the database: ${reasonNames[followup.reason]}.`}</p>
      {delivery?.message && <blockquote className={styles.message}>{delivery.message}</blockquote>}
      {delivery && <Ground delivery={delivery} />}
      {steps.length > 0 && (
        <ol className={styles.steps} aria-label={`How it came about: ${followup.title}`}>
          {steps.map((step, place) => (
            <li key={step.label}>
              {place > 0 && <MoveRight size={14} aria-hidden />}
              <span className={styles.step}>
                {step.label} <Time at={step.at} timeZone={identity.timeZone} seconds />
              </span>
            </li>
          ))}
        </ol>
      )}
      {delivery && <DeliveryIds delivery={delivery} />}
    </li>
  );
}

/** What the decision to send was made on. */
function Ground({ delivery }: { delivery: Delivery }) {
  const { identity } = useAgent();
  const { decidedOn, anchorAt, dueAt, sendAt, attempts } = delivery;
  if (decidedOn === null) return null;
  const time = (at: string) => <Time at={at} timeZone={identity.timeZone} seconds />;
  const { lastUserMessageAt, lastOperatorMessageAt, availableUntil } = decidedOn;
  return (
    <p className={styles.ground}>
      <strong>Why:</strong> {durationInWords((Date.parse(dueAt) - Date.parse(anchorAt)) / 1_000)} after the agent’s
      message nobody had answered.{' '}
      {lastUserMessageAt ? <>The user had last written at {time(lastUserMessageAt)}. </> : 'The user had not written. '}
      {lastOperatorMessageAt && <>A human operator had last written at {time(lastOperatorMessageAt)}. </>}
      {isHeldBack(dueAt, sendAt) && (
        <>
          {isPending(delivery) ? 'It is' : 'It was then'} held back until {time(sendAt)}.{' '}
        </>
      )}
      {availableUntil && (
        <>
          The agent was available until <Time at={availableUntil} timeZone={identity.timeZone} />.{' '}
        </>
      )}
      {attempts.length > 1 && <>It took {attempts.length} attempts. </>}
    </p>
  );
}

function DeliveryIds({ delivery }: { delivery: Delivery }) {
  return (
    <div className={styles.ids}>
      <span>
        Delivery <Copyable value={delivery.id} label="delivery id" />
      </span>
      {delivery.gatewayMessageId && (
        <span>
          Message <Copyable value={delivery.gatewayMessageId} label="message id of the gateway" />
        </span>
      )}
    </div>
  );
}

function NoFollowups({ session }: { session: Session }) {
  const { id: agentId } = useAgent();
  if (session.status === 'open' && session.armed === null)
    return <p className={styles.none}>What was planned is known to its workflow alone.</p>;
  return (
    <div className={styles.none}>
      <p>No followup {session.status === 'open' ? 'is' : 'was'} active on this channel, so nothing was decided.</p>
      <LinkButton to="/agents/$agentId/follow-ups" params={{ agentId }}>
        Follow ups
      </LinkButton>
    </div>
  );
}
