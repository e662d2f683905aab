const dayMinutes = 24 * 60;

/**
 * A time as people type it, as `HH:MM`: "9", "930", "9:30", "9.30", "5 pm". What is none stays as it is, for the API to
 * refuse in its words.
 */
export function asTime(typed: string): string {
  const [, hour, minute = '00', half] = /^\s*(\d{1,2})(?:[:.h ]?(\d{2}))?\s*(am|pm|a|p)?\s*$/i.exec(typed) ?? [];
  if (hour === undefined) return typed.trim();
  const isPm = half?.toLowerCase().startsWith('p') ?? false;
  const inHalf = half === undefined ? Number(hour) : (Number(hour) % 12) + (isPm ? 12 : 0);
  return `${String(inHalf).padStart(2, '0')}:${minute}`;
}

/** Minutes from midnight, 0 to 1,440; null where it is no time. */
export function minutesOf(time: string): number | null {
  const [, hour, minute] = /^(\d{2}):([0-5]\d)$/.exec(asTime(time)) ?? [];
  const minutes = Number(hour) * 60 + Number(minute);
  return minutes <= dayMinutes ? minutes : null;
}

const timeOf = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** Whether hours run into the next day. */
export function isOvernight(hours: { from: string; to: string }): boolean {
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  return from !== null && to !== null && to < from;
}

/** Hours to begin with, after those that a day has already: an hour's break, and until the evening. */
export function nextHours(hours: readonly { from: string; to: string }[]): { from: string; to: string } {
  const last = hours.at(-1);
  const end = last === undefined || isOvernight(last) ? null : minutesOf(last.to);
  if (last === undefined || end === null) return { from: '09:00', to: '17:00' };
  const from = Math.min(end + 60, dayMinutes - 60);
  return { from: timeOf(from), to: timeOf(Math.min(from + 4 * 60, dayMinutes)) };
}

/** A stretch of a day, as shares of it from 0 to 1; `over`: it began the day before. */
export type Stretch = { start: number; end: number; over: boolean };

/** What of a day is open, as far as its hours are times: with what runs over from the day before. */
export function stretchesOf(
  hours: readonly { from: string; to: string }[],
  dayBefore: readonly { from: string; to: string }[],
): Stretch[] {
  const read = (all: typeof hours) =>
    all.flatMap(({ from, to }) => {
      const [start, end] = [minutesOf(from), minutesOf(to)];
      return start === null || end === null || start === end ? [] : [{ start, end }];
    });
  return [
    ...read(dayBefore).flatMap(({ start, end }) =>
      end < start && end > 0 ? [{ start: 0, end: end / dayMinutes, over: true }] : [],
    ),
    ...read(hours).map(({ start, end }) => ({
      start: start / dayMinutes,
      end: end < start ? 1 : end / dayMinutes,
      over: false,
    })),
  ];
}
