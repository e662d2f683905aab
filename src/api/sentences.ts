import { DateTime } from 'luxon';
import type { ExplainedFollowup } from '../workflows/policy/explain';
import type { FollowupReason } from '../workflows/policy/reasons';

/** What a sentence needs to know beside the followup. Times in epoch milliseconds. */
export type SentenceContext = {
  /** The agent's IANA zone: times are told in it. */
  timeZone: string;
  /** When it was sent, where it was. */
  sentAtMs: number | null;
  lastUserAtMs: number | null;
  lastOperatorAtMs: number | null;
  ended: boolean;
};

/**
 * Says in one plain sentence what will become, or became, of a followup, and why.
 *
 * @example "Will be sent on Monday 30 November at 09:00 (Europe/Madrid), when the agent is available again."
 */
export function sentence(told: ExplainedFollowup, context: SentenceContext): string {
  const at = (ms: number | null) =>
    ms === null ? 'at a time that is not known' : `on ${inZone(ms, context.timeZone)}`;
  switch (told.status) {
    case 'waiting':
      return isHeldBack(told)
        ? `Will be sent ${at(told.sendAtMs)}, when the agent is available again, unless somebody writes before.`
        : `Will be sent ${at(told.sendAtMs)}, unless somebody writes before.`;
    case 'queued':
      return {
        queued: `Will be sent ${at(told.sendAtMs)}, when the agent is available again.`,
        channel_paused: 'Is held until the channel is resumed: its endpoint said that it is gone for good.',
        throttled: `Waits for its turn; the next try is ${at(told.sendAtMs)}.`,
      }[told.reason];
    case 'sending':
      return {
        sending: 'Is being sent now.',
        unverified: 'Is due; it waits until the session can say that nobody has replied.',
        retrying: `The gateway could not take it yet; the next attempt is ${at(told.sendAtMs)}.`,
      }[told.reason];
    case 'sent':
      return `Was sent ${at(context.sentAtMs ?? told.sendAtMs)}.`;
    case 'failed':
      return {
        gateway_rejected:
          told.detail === 'conversation_gone'
            ? 'Was not delivered: the gateway said that the conversation is gone.'
            : 'Was not delivered: the gateway refused the message.',
        endpoint_gone: 'Was not delivered: the endpoint of the channel said that it is gone for good.',
        endpoint_blocked: 'Was not delivered: the endpoint is on a network that nothing may be sent to.',
        gateway_failed: `Was not delivered: every attempt failed${gaveUpBecause(told.detail)}.`,
      }[told.reason];
    case 'unknown':
      return `May have been delivered: the answer of the gateway was lost${gaveUpBecause(told.detail)}. It is not sent again.`;
    case 'skipped':
      return skipped(told, context);
  }
}

/** Planned for later than its due time: the hours hold it back. */
const isHeldBack = ({ dueAtMs, sendAtMs }: ExplainedFollowup) =>
  dueAtMs !== null && sendAtMs !== null && sendAtMs - dueAtMs > 60_000;

const reasonsToGiveUp: Partial<Record<FollowupReason, string>> = {
  user_replied: ', and the user replied before the next',
  operator_active: ', and a human took over before the next',
  session_ended: ', and the session ended before the next',
  too_late: ', until it was too late to send it',
  window_expired: ', until the messaging window had passed',
};
const gaveUpBecause = (detail: string | null) => reasonsToGiveUp[(detail ?? '') as FollowupReason] ?? '';

function skipped(told: Extract<ExplainedFollowup, { status: 'skipped' }>, context: SentenceContext): string {
  const will = context.ended ? 'Was not sent' : 'Will not be sent';
  const at = (ms: number | null) => (ms === null ? '' : ` on ${inZone(ms, context.timeZone)}`);
  const because: Record<typeof told.reason, string> = {
    channel_deleted: 'the channel was deleted',
    session_ended: 'the session has ended',
    opted_out: 'the conversation opted out of followups',
    held_out: 'the conversation is held out to compare with',
    shadow: 'the followup is only tried out',
    inactive: {
      deactivated: 'it was switched off',
      deleted: 'it was deleted',
      unassigned: 'it was taken off this channel',
    }[(told.detail ?? 'deactivated') as 'deactivated'],
    operator_active: `a human operator took over${at(context.lastOperatorAtMs)}, and the agent has not spoken since`,
    user_replied: `the user replied${at(context.lastUserAtMs)}, and the agent has not spoken since`,
    not_armed:
      told.detail === 'conversation_not_over'
        ? 'the conversation is not over yet'
        : 'the last word is not a message of the agent',
    reply_not_expected: 'the last message of the agent does not wait for the user',
    retroactive: 'it was switched on, assigned or given its delay after its time had come in this silence',
    reported_late: 'the message of the agent was reported after the followup was due',
    session_limit: 'the session has had as many followups as the agent allows',
    cooling_down: 'the same followup was sent in this conversation too recently',
    window_expired: 'it would come after the messaging window of the channel',
    never_available: 'the agent has no opening within 366 days',
    too_late: 'its time passed while it could not be sent, and it would come too late now',
  };
  return `${will}: ${because[told.reason]}.`;
}

/** "Monday 30 November at 09:00 (Europe/Madrid)"; with seconds where they are not zero, with the year where it is not this one. */
function inZone(ms: number, timeZone: string): string {
  const time = DateTime.fromMillis(ms, { zone: timeZone, locale: 'en-GB' });
  const year = time.year === DateTime.now().setZone(timeZone).year ? '' : ' yyyy';
  const clock = time.second === 0 ? 'HH:mm' : 'HH:mm:ss';
  return `${time.toFormat(`cccc d LLLL${year} 'at' ${clock}`)} (${timeZone})`;
}
