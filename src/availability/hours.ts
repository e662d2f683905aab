import { dayMs, type WallClock, wallClockOf } from './wall-clock';

export { type AvailabilityProblem, availabilityProblems } from './problems';
export { isTimeZone } from './wall-clock';

export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';
/** Wall-clock times `HH:MM`; `to` may be `24:00`. `from` later than `to` runs into the next day. */
export type Hours = { from: string; to: string };
export type Availability =
  | { mode: 'always' }
  | { mode: 'hours'; weekly: ({ day: Weekday } & Hours)[]; exceptions: { date: string; hours: Hours[] }[] };
/** `untilMs` null: it does not close within 366 days; `opensAtMs` null: it does not open within 366 days. */
export type OpenState = { open: true; untilMs: number | null } | { open: false; opensAtMs: number | null };

/** How far ahead an opening or a closing is looked for, in elapsed time. */
export const horizonMs = 366 * dayMs;

/** 1 January 1970 was a Thursday. */
const weekdays: Weekday[] = ['thursday', 'friday', 'saturday', 'sunday', 'monday', 'tuesday', 'wednesday'];

type Interval = { startMs: number; endMs: number };

/**
 * Whether an agent is available at an instant, and until when, or from when on. Adjoining and overlapping hours count
 * as one. Hours are wall-clock times of the zone: an opening inside a daylight-saving gap happens when the gap ends; of
 * an ambiguous time the first occurrence counts for an opening and the last for a closing. The end of a day, `24:00`,
 * is 00:00 of the next day. The hours of an exception replace all hours of its date: what would run over from the day
 * before ends where the date begins.
 *
 * @param availability free of `availabilityProblems`
 * @param timeZone an IANA name
 * @param atMs epoch milliseconds
 * @throws RangeError if the zone is unknown, or the instant is no date or too far away to look 366 days ahead
 */
export function availabilityAt(availability: Availability, timeZone: string, atMs: number): OpenState {
  if (!(Math.abs(atMs) <= 8.64e15 - 2 * horizonMs)) {
    throw new RangeError('The instant must be epoch milliseconds of a date, such as 1767225600000.');
  }
  if (availability.mode === 'always') return { open: true, untilMs: null };

  const clock = wallClockOf(timeZone);
  for (const { startMs, endMs } of merged(intervalsFrom(availability, clock, atMs))) {
    if (endMs <= atMs) continue;
    if (startMs <= atMs) return { open: true, untilMs: endMs <= atMs + horizonMs ? endMs : null };
    return { open: false, opensAtMs: startMs <= atMs + horizonMs ? startMs : null };
  }
  return { open: false, opensAtMs: null };
}

/**
 * The stretches of open time that end after `atMs`, and perhaps some before, by their start. Made day by day, as far as
 * the caller asks for more, and a little beyond the horizon at most.
 */
function* intervalsFrom(
  { weekly, exceptions }: Extract<Availability, { mode: 'hours' }>,
  clock: WallClock,
  atMs: number,
): Generator<Interval> {
  const exceptionHours = new Map(exceptions.map(({ date, hours }) => [Date.parse(date) / dayMs, hours]));
  const weeklyHours = weekdays.map((weekday) => weekly.filter(({ day }) => day === weekday));
  const hoursOf = (day: number): Hours[] => exceptionHours.get(day) ?? weeklyHours[((day % 7) + 7) % 7] ?? [];

  const today = Math.floor(clock.at(atMs) / dayMs);
  // Two days back: hours of yesterday run over into today, and a zone that skips a date makes yesterday the day before.
  for (let day = today - 2; day <= today + horizonMs / dayMs + 2; day++) {
    // By minutes from midnight, so that the intervals of a day come out by their start.
    const hours = hoursOf(day).map(({ from, to }) => ({ from: minutesOf(from), to: minutesOf(to) }));
    for (const { from, to } of hours.sort((a, b) => a.from - b.from)) {
      if (from === to) continue;
      const endDay = to > from ? day : day + 1;
      const startMs = clock.first(day * dayMs + from * 60_000);
      let endMs = clock.last(endDay * dayMs + to * 60_000);
      if (exceptionHours.has(day + 1)) endMs = Math.min(endMs, clock.first((day + 1) * dayMs));
      // Nothing is left of hours that lie in a daylight-saving gap.
      if (startMs < endMs) yield { startMs, endMs };
    }
  }
}

/** Joins intervals that touch or overlap. They must come by their start. */
function* merged(intervals: Iterable<Interval>): Generator<Interval> {
  let current: Interval | undefined;
  for (const interval of intervals) {
    if (current === undefined) {
      current = interval;
    } else if (interval.startMs <= current.endMs) {
      current = { startMs: current.startMs, endMs: Math.max(current.endMs, interval.endMs) };
    } else {
      yield current;
      current = interval;
    }
  }
  if (current !== undefined) yield current;
}

/** Minutes from midnight of `HH:MM`. */
function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
