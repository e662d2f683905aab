import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, type Delivery, type Session, type Timeline as TimelineAnswer, type TimelineItem } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { isGoingOn } from '../../api/sessions';
import { useAgent } from '../../shell/agent';
import { Card, classes, ErrorState, Loading, Notice, Time } from '../../ui';
import { durationInWords } from '../../words/delays';
import { Latest } from './latest';
import styles from './session-details.module.css';
import { anchorNote, inWords, type Means } from './timeline-words';

/** Its history is long to read: it is read again when the session has something new to tell, and else seldom. */
const askEveryMs = 30_000;

function useTimeline(session: Session, deliveries: Delivery[]) {
  const told = [
    [session.status, session.lastAgentMessageAt, session.lastUserMessageAt, session.lastOperatorMessageAt],
    session.followups.map(({ status, reason }) => `${status} ${reason}`),
    session.decisions.length,
    deliveries.map(({ updatedAt }) => updatedAt),
  ];
  return useQuery<TimelineAnswer>({
    queryKey: [...queryKeys.timeline(session.id), JSON.stringify(told)],
    queryFn: ({ signal }) => api.getSessionTimeline({ sessionId: session.id }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: isGoingOn(session) ? askEveryMs : false,
  });
}

/** What happened, one thing after the other. */
export function Timeline({
  session,
  deliveries,
  titleOf,
}: {
  session: Session;
  deliveries: Delivery[];
  titleOf: (followupId: string) => string;
}) {
  const timeline = useTimeline(session, deliveries);
  return (
    <Card title="Timeline" description="Messages by who wrote them, without their text, and all that followed.">
      {timeline.isPending ? (
        <Loading label="Loading the timeline" lines={6} />
      ) : timeline.isError && !timeline.data ? (
        <ErrorState error={timeline.error} onRetry={() => void timeline.refetch()} />
      ) : (
        <div className={styles.timelineBody}>
          {!timeline.data.complete && (
            <Notice tone="info" title="Not complete">
              Some messages are missing: Temporal does not keep their history any more, or it is too long.
            </Notice>
          )}
          <Latest items={entriesOf(timeline.data.items)} count={100} what="entries">
            {(shown) => (
              <ol className={styles.timeline} aria-label="Timeline">
                {shown.map((entry, place) => (
                  <TimelineEntry
                    key={entry.key}
                    entry={entry}
                    beforeAt={shown[place - 1]?.item.at ?? null}
                    titleOf={titleOf}
                  />
                ))}
              </ol>
            )}
          </Latest>
        </div>
      )}
    </Card>
  );
}

type Entry = { key: string; item: TimelineItem; anchor: Extract<TimelineItem, { kind: 'anchor' }> | undefined };

/** That the delays count from a message is said with the message. */
function entriesOf(items: TimelineItem[]): Entry[] {
  const anchors = new Map(items.flatMap((item) => (item.kind === 'anchor' ? [[item.at, item] as const] : [])));
  const isSpeech = (item: TimelineItem) => item.kind === 'message' && item.from === 'agent';
  const spoken = new Set(items.filter(isSpeech).map(({ at }) => at));
  return items
    .filter((item) => item.kind !== 'anchor' || !spoken.has(item.at))
    .map((item, place) => ({
      key: `${place} ${item.kind} ${item.at}`,
      item,
      anchor: isSpeech(item) ? anchors.get(item.at) : undefined,
    }));
}

/** Shorter gaps need no words. */
const gapSeconds = 60;

function TimelineEntry({
  entry: { item, anchor },
  beforeAt,
  titleOf,
}: {
  entry: Entry;
  beforeAt: string | null;
  titleOf: (followupId: string) => string;
}) {
  const { id: agentId, identity } = useAgent();
  const means: Means = {
    followup: (followupId) => (
      <Link to="/agents/$agentId/follow-ups/$followupId" params={{ agentId, followupId }}>
        {titleOf(followupId)}
      </Link>
    ),
    time: (at) => <Time at={at} timeZone={identity.timeZone} seconds />,
  };
  const { icon: Icon, tone, title, note } = inWords(item, means);
  const notes = [note, anchor && anchorNote(anchor, means.time)].filter(Boolean);
  const laterSeconds = beforeAt === null ? 0 : (Date.parse(item.at) - Date.parse(beforeAt)) / 1_000;
  return (
    <>
      {laterSeconds >= gapSeconds && (
        <li className={styles.gap}>
          <span>{durationInWords(laterSeconds)} later</span>
        </li>
      )}
      <li className={styles.entry}>
        <span className={classes(styles.icon, styles[tone])} aria-hidden>
          <Icon size={14} />
        </span>
        <div className={styles.what}>
          <div>{title}</div>
          {notes.map((each, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: at most two, always in this order
            <div key={place} className={styles.note}>
              {each}
            </div>
          ))}
        </div>
        <span className={styles.when}>{means.time(item.at)}</span>
      </li>
    </>
  );
}
