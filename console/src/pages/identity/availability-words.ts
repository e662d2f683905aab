import type { AvailabilityState } from '../../api/client';

const part = (timeZone: string, options: Intl.DateTimeFormatOptions) => (ms: number) =>
  new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(ms);

/** Days from one instant's date to another's, in a zone. */
function daysBetween(fromMs: number, toMs: number, timeZone: string): number {
  const date = part(timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' });
  const day = (ms: number) => {
    const [dayOfMonth, month, year] = date(ms).split('/').map(Number);
    return Date.UTC(year ?? 0, (month ?? 1) - 1, dayOfMonth) / 86_400_000;
  };
  return day(toMs) - day(fromMs);
}

/** A time of the near future as people say it: "17:30", "midnight", "tomorrow 09:00", "Monday 09:00", "Mon 30 Nov, 09:00". */
export function soon(at: string, nowMs: number, timeZone: string): string {
  const ms = Date.parse(at);
  const clock = part(timeZone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })(ms);
  const days = daysBetween(nowMs, ms, timeZone);
  if (days === 0) return clock;
  if (days === 1) return clock === '00:00' ? 'midnight' : `tomorrow ${clock}`;
  if (days < 7) return `${part(timeZone, { weekday: 'long' })(ms)} ${clock}`;
  return `${part(timeZone, { weekday: 'short', day: 'numeric', month: 'short' })(ms)}, ${clock}`;
}

/** "Available now, until 17:30", "Closed, opens Monday 09:00". */
export function availabilityInWords(state: AvailabilityState, nowMs: number, timeZone: string): string {
  if (state.open) {
    return state.until === null
      ? 'Available now, day and night'
      : `Available now, until ${soon(state.until, nowMs, timeZone)}`;
  }
  return state.opensAt === null
    ? 'Closed, and does not open within a year'
    : `Closed, opens ${soon(state.opensAt, nowMs, timeZone)}`;
}
