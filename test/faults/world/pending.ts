/** A followup as the session of a conversation tells of it. */
export type ToldFollowup = { followupId: string; status: string; reason: string; sendAt: string | null };

/**
 * What may still come of the followups of an open session, in words; null: nothing. Pure.
 *
 * @param untilMs epoch milliseconds: what is planned for later is left out
 */
export function pendingOf(followups: readonly ToldFollowup[], untilMs: number): string | null {
  const pending = followups.filter(({ status, reason, sendAt }) => {
    // A session that is over may have been told of messages already that open the next one.
    if (reason === 'session_ended') return true;
    const isPlannedLater = sendAt !== null && Date.parse(sendAt) > untilMs;
    return ['waiting', 'queued', 'sending'].includes(status) && !isPlannedLater;
  });
  if (pending.length === 0) return null;
  return pending.map(({ followupId, status, reason }) => `${followupId} is ${status} (${reason})`).join(', ');
}
