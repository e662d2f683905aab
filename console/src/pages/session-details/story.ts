import type { Delivery, ExplainedFollowup, Session } from '../../api/client';
import { isPending } from '../../api/sessions';

/** What is told of one followup in one session. */
export type Story = {
  followup: Omit<ExplainedFollowup, 'explanation'> & { explanation: string | null };
  delivery: Delivery | undefined;
  steps: Step[];
};

export type Step = { label: string; at: string };

/** The stories of a session: what is to come first, then what was sent, then what was not; each by its time. */
export function storiesOf(session: Session, deliveries: Delivery[], titleOf: (followupId: string) => string): Story[] {
  const byFollowup = new Map(deliveries.map((delivery) => [delivery.followupId, delivery]));
  const told = session.followups.map(({ followupId }) => followupId);
  // While the session cannot be asked, what is in the database is told alone.
  const untold = deliveries.filter(({ followupId }) => !told.includes(followupId));
  return [
    ...session.followups,
    ...untold.map((delivery) => ({ ...delivery, title: titleOf(delivery.followupId), explanation: null })),
  ]
    .map((followup) => {
      const delivery = byFollowup.get(followup.followupId);
      return { followup, delivery, steps: stepsOf(session, followup, delivery) };
    })
    .sort((one, other) => rank(one) - rank(other) || timeOf(one) - timeOf(other));
}

const rank = ({ followup }: Story) => (isPending(followup) ? 0 : followup.status === 'skipped' ? 2 : 1);
const timeOf = ({ followup: { sendAt, dueAt } }: Story) => Date.parse(sendAt ?? dueAt ?? '9999-12-31');

/** Planned for later than its due time: something else than the delay holds it back. */
export const isHeldBack = (dueAt: string, sendAt: string) => Date.parse(sendAt) - Date.parse(dueAt) > 1_000;

/** Where the times say why it was not sent. */
const aboutTime: ReadonlySet<Story['followup']['reason']> = new Set([
  ...(['user_replied', 'operator_active', 'retroactive', 'reported_late', 'window_expired', 'too_late'] as const),
]);

function stepsOf(session: Session, followup: Story['followup'], delivery: Delivery | undefined): Step[] {
  const { followupId, status, reason, dueAt, sendAt } = followup;
  if (dueAt === null || (status === 'skipped' && !aboutTime.has(reason))) return [];
  const steps: Step[] = [{ label: 'Agent wrote', at: anchorOf(session, followupId, dueAt, delivery) }];
  const add = (label: string, at: string | null | undefined) => {
    if (at) steps.push({ label, at });
  };
  if (status === 'skipped') {
    const interruptedAt = interruptionOf(session, reason);
    add(reason === 'operator_active' ? 'Operator wrote' : 'User wrote', interruptedAt);
    if (interruptedAt === null || Date.parse(interruptedAt) < Date.parse(dueAt)) add('Would have been due', dueAt);
  } else if (sendAt === null || isHeldBack(dueAt, sendAt)) add('Due', dueAt);
  if (isPending(followup)) add(status === 'sending' ? 'Next attempt' : 'Will be sent', sendAt);
  add('Sent', delivery?.sentAt);
  add('User wrote again', delivery?.response?.at);
  add('Survey answered', delivery?.surveyAnswer?.at);
  return steps.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/** The message that made an end to the silence, where that is why nothing is sent. */
function interruptionOf(session: Session, reason: Story['followup']['reason']): string | null {
  if (reason === 'user_replied') return session.lastUserMessageAt;
  return reason === 'operator_active' ? session.lastOperatorMessageAt : null;
}

/** The agent message that the delay was counted from. */
function anchorOf(session: Session, followupId: string, dueAt: string, delivery: Delivery | undefined): string {
  if (delivery?.dueAt === dueAt) return delivery.anchorAt;
  const decided = session.decisions.findLast((one) => one.followupId === followupId && one.dueAt === dueAt);
  return decided?.anchorAt ?? session.lastAgentMessageAt ?? session.startedAt;
}
