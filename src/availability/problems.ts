import type { Availability, Hours } from './hours';

/** What is wrong with availability hours: `path` leads from the availability object to the value. */
export type AvailabilityProblem = { path: (string | number)[]; code: AvailabilityProblemCode; message: string };
export type AvailabilityProblemCode =
  | 'invalid_time'
  | 'empty_hours'
  | 'overlapping_hours'
  | 'invalid_date'
  | 'duplicate_date';

const startShape = /^([01]\d|2[0-3]):[0-5]\d$/;

/**
 * What the types cannot say about availability hours; empty if all is well. Hours of one day must not overlap.
 * Overnight hours may overlap the next day's: which of them that day has can depend on an exception, so there the two
 * are joined when they are used.
 */
export function availabilityProblems(availability: Availability): AvailabilityProblem[] {
  if (availability.mode === 'always') return [];
  const { weekly, exceptions } = availability;

  const weekdays = [...new Set(weekly.map(({ day }) => day))];
  return [
    ...weekly.flatMap((hours, index) => hoursProblems(hours, ['weekly', index])),
    ...weekdays.flatMap((weekday) => {
      const ofDay = weekly.flatMap((hours, index) =>
        hours.day === weekday ? [{ hours, path: ['weekly', index] }] : [],
      );
      return overlapProblems(ofDay, weekday);
    }),
    ...exceptions.flatMap(({ date, hours }, index) => [
      ...dateProblems(
        date,
        exceptions.findIndex((other) => other.date === date),
        index,
      ),
      ...hours.flatMap((each, at) => hoursProblems(each, ['exceptions', index, 'hours', at])),
      ...overlapProblems(
        hours.map((each, at) => ({ hours: each, path: ['exceptions', index, 'hours', at] })),
        date,
      ),
    ]),
  ];
}

function isStart(time: string): boolean {
  return startShape.test(time);
}

function isEnd(time: string): boolean {
  return startShape.test(time) || time === '24:00';
}

function hoursProblems({ from, to }: Hours, path: (string | number)[]): AvailabilityProblem[] {
  const problems: AvailabilityProblem[] = [];
  if (!isStart(from)) {
    problems.push({
      path: [...path, 'from'],
      code: 'invalid_time',
      message: `${quoted(from)} is not a time to open at: use HH:MM from 00:00 to 23:59, such as "09:00".`,
    });
  }
  if (!isEnd(to)) {
    problems.push({
      path: [...path, 'to'],
      code: 'invalid_time',
      message: `${quoted(to)} is not a time to close at: use HH:MM from 00:00 to 24:00, such as "17:30".`,
    });
  }
  if (problems.length === 0 && from === to) {
    problems.push({
      path,
      code: 'empty_hours',
      message: `Hours from ${from} to ${to} have no length: give a later end, such as from "09:00" to "17:30", or for a whole day from "00:00" to "24:00".`,
    });
  }
  return problems;
}

function dateProblems(date: string, firstIndex: number, index: number): AvailabilityProblem[] {
  const path = ['exceptions', index, 'date'];
  if (!isDate(date)) {
    const message = `${quoted(date)} is not a date of the calendar: use YYYY-MM-DD, such as "2026-12-25".`;
    return [{ path, code: 'invalid_date', message }];
  }
  if (firstIndex < index) {
    const message = `${date} has an exception already, at exceptions[${firstIndex}]: put all hours of a date into one, such as {"date": "2026-12-25", "hours": [{"from": "09:00", "to": "12:00"}]}.`;
    return [{ path, code: 'duplicate_date', message }];
  }
  return [];
}

/** Days of which a month has no such number, such as 2026-02-30, are rolled over by `Date`, and so come out changed. */
function isDate(date: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return false;
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}

/** Hours of one day that begin before earlier ones have ended. Overnight hours last until the end of the day, here. */
function overlapProblems(ofDay: { hours: Hours; path: (string | number)[] }[], dayName: string): AvailabilityProblem[] {
  const ordered = ofDay
    .filter(({ hours: { from, to } }) => isStart(from) && isEnd(to) && from !== to)
    // HH:MM compares as text.
    .sort((a, b) => (a.hours.from < b.hours.from ? -1 : 1));
  const problems: AvailabilityProblem[] = [];
  let previous: { from: string; to: string; endsAt: string } | undefined;
  for (const { hours, path } of ordered) {
    const endsAt = hours.from < hours.to ? hours.to : '24:00';
    if (previous !== undefined && hours.from < previous.endsAt) {
      problems.push({
        path,
        code: 'overlapping_hours',
        message: `${hours.from}–${hours.to} overlaps ${previous.from}–${previous.to} on ${dayName}: hours of one day must not overlap, such as 09:00–12:00 and 13:00–17:30.`,
      });
    }
    if (previous === undefined || endsAt > previous.endsAt) previous = { ...hours, endsAt };
  }
  return problems;
}

/** A value of the caller's, bounded, as it is shown in a message. */
function quoted(value: string): string {
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
