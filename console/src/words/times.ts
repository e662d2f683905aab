/** Formatters are dear to make: one for each zone and shape. */
const formatters = new Map<string, Intl.DateTimeFormat>();
function formatter(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone} ${JSON.stringify(options)}`;
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
    formatters.set(key, found);
  }
  return found;
}

const day = (ms: number, timeZone: string) =>
  formatter(timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(ms);

/** "14:05" today, else "Mon 30 Nov, 14:05", with the year where it is not this one. */
export function clockTime(at: string, timeZone: string, { seconds = false } = {}): string {
  const ms = Date.parse(at);
  const clock = formatter(timeZone, {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  }).format(ms);
  if (day(ms, timeZone) === day(Date.now(), timeZone)) return clock;
  const thisYear = formatter(timeZone, { year: 'numeric' });
  const date = formatter(timeZone, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(thisYear.format(ms) === thisYear.format(Date.now()) ? {} : { year: 'numeric' }),
  }).format(ms);
  return `${date}, ${clock}`;
}

/** "Monday 30 November 2026 at 14:05:09 (Europe/Madrid)" */
export const fullTime = (at: string, timeZone: string): string =>
  `${formatter(timeZone, { dateStyle: 'full', timeStyle: 'medium', hourCycle: 'h23' }).format(Date.parse(at))} (${timeZone})`;

export const utcTime = (at: string): string =>
  `${new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '')} UTC`;

/** "1 Mar 2027": of what matters by its day. */
export const dateOf = (at: string, timeZone: string): string =>
  formatter(timeZone, { day: 'numeric', month: 'short', year: 'numeric' }).format(Date.parse(at));

/** "30 Nov" of a date without a time, such as "2026-11-30". */
export const shortDate = (date: string): string =>
  formatter('UTC', { day: 'numeric', month: 'short' }).format(Date.parse(`${date}T00:00:00Z`));

/** "in 2 d 3 h", "in 4 min 12 s", "now": the two largest units. */
export function remaining(ms: number): string {
  if (ms <= 0) return 'now';
  const seconds = Math.ceil(ms / 1_000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  const told = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return `in ${told.map(([count, unit]) => `${count} ${unit}`).join(' ')}`;
}

/** "3 minutes ago", "yesterday": how long ago something was. */
export function ago(at: string, nowMs: number): string {
  const seconds = Math.round((Date.parse(at) - nowMs) / 1_000);
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ];
  const format = new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' });
  for (const [unit, size] of units)
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  return 'just now';
}
