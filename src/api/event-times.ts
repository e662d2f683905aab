import { invalidField } from './problems';

/** An agent's message may be ahead of our clock by this much: clocks differ. */
export const aheadLimitMs = 5 * 60_000;
/** An agent's message older than this is refused. */
export const ageLimitMs = 7 * 86_400_000;

const iso = (ms: number) => new Date(ms).toISOString();

/**
 * The time of an event, as it is passed on (semantics: "event times"). A missing one is the time of receipt. An
 * agent's is refused when it is too far off; anybody else's is never refused, and what claims to be ahead is now.
 *
 * @returns ISO 8601 in UTC with milliseconds
 * @throws ApiProblem 422 that names `at`
 */
export function eventTime(at: string | undefined, from: 'agent' | 'anybody', nowMs: number): string {
  if (at === undefined) return iso(nowMs);
  const atMs = Date.parse(at);
  // Before 1970 nobody wrote to an agent, and not every store has those years.
  if (from === 'anybody') return iso(Math.max(0, Math.min(atMs, nowMs)));
  if (atMs > nowMs + aheadLimitMs) {
    throw invalidField(
      'at',
      'too_far_ahead',
      `"at" of an agent message must be at most 5 minutes ahead; check the clock, or leave it out, for example "at": "${iso(nowMs)}".`,
    );
  }
  if (atMs < nowMs - ageLimitMs) {
    throw invalidField(
      'at',
      'too_old',
      `"at" of an agent message must be at most 7 days old, for example "at": "${iso(nowMs)}".`,
    );
  }
  // A clock that is ahead must not make an agent's message later than the reply that follows it: the future is now.
  return iso(Math.min(atMs, nowMs));
}
