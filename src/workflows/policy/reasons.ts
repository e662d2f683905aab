/**
 * The closed list of what can be said of a followup in a session: a status, and for each status its reasons.
 * Published as enums in the OpenAPI document; the order below is the order of precedence: where several
 * reasons apply, the first one is given.
 */
export const reasonsByStatus = {
  sent: ['sent'],
  unknown: ['unknown'],
  failed: ['gateway_rejected', 'endpoint_gone', 'endpoint_blocked', 'gateway_failed'],
  sending: ['sending', 'unverified', 'retrying'],
  skipped: [
    'channel_deleted',
    'session_ended',
    'opted_out',
    'held_out',
    'shadow',
    'inactive',
    'operator_active',
    'user_replied',
    'not_armed',
    'reply_not_expected',
    'retroactive',
    'reported_late',
    'session_limit',
    'cooling_down',
    'window_expired',
    'never_available',
    'too_late',
  ],
  queued: ['channel_paused', 'queued', 'throttled'],
  waiting: ['waiting'],
} as const;

export type FollowupStatus = keyof typeof reasonsByStatus;
export type ReasonOf<S extends FollowupStatus> = (typeof reasonsByStatus)[S][number];
export type FollowupReason = { [S in FollowupStatus]: ReasonOf<S> }[FollowupStatus];
/** Details of the reason `inactive`. */
export type InactiveDetail = 'deactivated' | 'deleted' | 'unassigned';

/** A status with one of its own reasons. */
export type StatusReason = { [S in FollowupStatus]: { status: S; reason: ReasonOf<S> } }[FollowupStatus];

export const followupStatuses = Object.keys(reasonsByStatus) as FollowupStatus[];
export const followupReasons = Object.values(reasonsByStatus).flat() as FollowupReason[];
