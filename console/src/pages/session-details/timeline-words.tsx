import {
  Bot,
  CheckCheck,
  CircleCheck,
  CircleHelp,
  CircleSlash,
  CircleX,
  Flag,
  Headset,
  Hourglass,
  type LucideIcon,
  Play,
  Reply,
  Send,
  Star,
  Timer,
  User,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { TimelineItem } from '../../api/client';
import type { Tone } from '../../ui';
import { reasonNames } from '../../words/reasons';
import { awaitingNames, endedByWords, senderNames } from '../../words/sessions';
import { type DeliveryStatus, statuses } from '../../words/statuses';

export type Told = { icon: LucideIcon; tone: Tone; title: ReactNode; note: ReactNode };

type Of<Kind extends TimelineItem['kind']> = Extract<TimelineItem, { kind: Kind }>;
export type Means = { followup: (followupId: string) => ReactNode; time: (at: string) => ReactNode };

const senderIcons = { agent: Bot, user: User, operator: Headset };
const decisionIcons: Record<DeliveryStatus, LucideIcon> = {
  waiting: Timer,
  queued: Hourglass,
  sending: Send,
  sent: CircleCheck,
  skipped: CircleSlash,
  failed: CircleX,
  unknown: CircleHelp,
};
const outcomes: Record<NonNullable<Of<'attempt'>['outcome']>, { words: string; tone: Tone }> = {
  sent: { words: 'the gateway took it', tone: 'good' },
  rejected: { words: 'the gateway refused it', tone: 'bad' },
  conversation_gone: { words: 'the gateway said that the conversation is gone', tone: 'bad' },
  endpoint_gone: { words: 'the endpoint is gone', tone: 'bad' },
  failed: { words: 'the gateway could not take it', tone: 'warn' },
  blocked: { words: 'the endpoint may not be sent to', tone: 'bad' },
  unreachable: { words: 'the gateway was not reached', tone: 'warn' },
  lost: { words: 'the answer was lost', tone: 'warn' },
  withheld: { words: 'withheld: it was not wanted any more', tone: 'neutral' },
};
const receipts: Record<Of<'receipt'>['status'], { words: string; tone: Tone }> = {
  delivered: { words: 'was delivered', tone: 'good' },
  read: { words: 'was read', tone: 'good' },
  failed: { words: 'was not delivered in the end', tone: 'bad' },
};

/** One thing that happened, in words. */
export function inWords(item: TimelineItem, { followup, time }: Means): Told {
  const of = (id: string) => followup(id);
  switch (item.kind) {
    case 'opened':
      return { icon: Play, tone: 'neutral', title: 'The session began', note: null };
    case 'message': {
      const note = item.awaiting && item.awaiting !== 'user' ? `and waits for ${awaitingNames[item.awaiting]}` : null;
      return { icon: senderIcons[item.from], tone: 'neutral', title: `${senderNames[item.from]} wrote`, note };
    }
    case 'anchor':
      return { icon: Timer, tone: 'info', title: 'The delays count from here', note: anchorNote(item, time) };
    case 'decision': {
      const { label, tone } = statuses[item.status];
      const planned = item.status === 'queued' && item.sendAt ? <>, planned for {time(item.sendAt)}</> : null;
      return {
        icon: decisionIcons[item.status],
        tone,
        title: (
          <>
            {label}: {of(item.followupId)}
          </>
        ),
        note: (
          <span title={item.detail ?? item.reason}>
            {reasonNames[item.reason]}
            {planned}
          </span>
        ),
      };
    }
    case 'attempt': {
      const outcome = item.outcome && outcomes[item.outcome];
      const facts = [
        outcome?.words ?? 'under way',
        item.httpStatus === null ? null : `HTTP ${item.httpStatus}`,
        item.durationMs === null ? null : `${item.durationMs} ms`,
      ];
      return {
        icon: Send,
        tone: outcome?.tone ?? 'accent',
        title: (
          <>
            Attempt {item.attempt} to send {of(item.followupId)}
          </>
        ),
        note: facts.filter(Boolean).join(' · '),
      };
    }
    case 'sent':
      return { icon: CircleCheck, tone: 'good', title: <>{of(item.followupId)} was sent</>, note: null };
    case 'receipt': {
      const { words, tone } = receipts[item.status];
      const title = (
        <>
          {of(item.followupId)} {words}
        </>
      );
      return { icon: CheckCheck, tone, title, note: null };
    }
    case 'response':
      return { icon: Reply, tone: 'good', title: <>The user responded to {of(item.followupId)}</>, note: null };
    case 'survey_answer':
      return {
        icon: Star,
        tone: 'good',
        title: <>The user answered the survey of {of(item.followupId)}</>,
        note: `Answer: ${item.score}`,
      };
    case 'ended': {
      const why = [item.endedBy && endedByWords[item.endedBy], item.outcome];
      return { icon: Flag, tone: 'neutral', title: 'The session ended', note: why.filter(Boolean).join(' · ') };
    }
  }
}

export const anchorNote = ({ insteadOf }: Pick<Of<'anchor'>, 'insteadOf'>, time: Means['time']): ReactNode =>
  insteadOf === null ? (
    'a silence begins; the delays count from here'
  ) : (
    <>the delays count from here now, instead of {time(insteadOf)}</>
  );
