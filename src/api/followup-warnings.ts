import type { AssignedChannel } from '../db/queries/followups';
import type { FollowupAnswer } from './schemas/followups';

/** A send must be planned for this long before the messaging window ends (semantics: "messaging window"). */
export const windowMarginSeconds = 300;

/**
 * What was accepted, but cannot work as its author may expect: even when the user writes and the agent answers in the
 * same moment, a delay longer than the channel's messaging window, less its margin, never fits.
 */
export function followupWarnings(delaySeconds: number, channels: AssignedChannel[]): FollowupAnswer['warnings'] {
  return channels
    .filter(
      (channel) =>
        channel.outsideWindow === 'skip' &&
        channel.messagingWindowSeconds !== null &&
        delaySeconds > channel.messagingWindowSeconds - windowMarginSeconds,
    )
    .map((channel) => ({
      code: 'never_within_messaging_window' as const,
      message: `On the channel "${channel.name}" (${channel.id}) it can never be sent: its delay of ${delaySeconds} s does not fit the messaging window of ${channel.messagingWindowSeconds} s, whose last ${windowMarginSeconds} s are not used. Shorten the delay, or set the channel's outsideWindow to "send".`,
    }));
}
