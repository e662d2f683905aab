import { DateTime } from 'luxon';

/** The longest pause that a gateway can ask for: one that says a day by mistake is asked again within the hour. */
export const maxRetryAfterMs = 3_600_000;

/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3): whole seconds, or an HTTP date in any of its three forms.
 *
 * @param header the header's value, if there is one
 * @param nowMs epoch milliseconds, from which a date is counted
 * @returns the pause in milliseconds, from 0 (also for a time that has passed) to one hour; null for anything else
 */
export function parseRetryAfterMs(header: string | undefined, nowMs: number): number | null {
  const text = header?.trim() ?? '';
  const waitMs = /^-?\d+$/.test(text) ? Number(text) * 1_000 : DateTime.fromHTTP(text).toMillis() - nowMs;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(waitMs, 0), maxRetryAfterMs);
}
