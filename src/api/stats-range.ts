import { DateTime } from 'luxon';
import { invalidField } from './problems';

/** The days that numbers are asked for. Dates in the agent's zone, both included. */
export type StatsRange = { from: string | null; to: string; timeZone: string };

const isDate = (text: string) => text.length === 10;

const dateAt = (ms: number, timeZone: string): string =>
  DateTime.fromMillis(ms, { zone: timeZone }).toFormat('yyyy-MM-dd');

/**
 * The days that `from` and `to` name: a date is itself, and both count; a time stands for its day, and as `to` for the
 * days that begin before it.
 *
 * @throws ApiProblem 422 when they are in the wrong order
 */
export function statsRange(
  query: { from?: string | undefined; to?: string | undefined },
  timeZone: string,
  nowMs: number,
): StatsRange {
  const { from, to } = query;
  const first = from === undefined ? null : isDate(from) ? from : dateAt(Date.parse(from), timeZone);
  const last = to === undefined ? dateAt(nowMs, timeZone) : isDate(to) ? to : dateAt(Date.parse(to) - 1, timeZone);
  if (first !== null && to !== undefined && first > last && (from ?? '') > to) {
    throw invalidField(
      'from',
      'after_to',
      '"from" must not be later than "to", for example ?from=2026-11-01&to=2026-11-30.',
    );
  }
  return { from: first, to: last, timeZone };
}

/** Without `from`, {@link statsRange} of the last so many days. */
export function recentRange(
  query: { from?: string | undefined; to?: string | undefined },
  days: number,
  timeZone: string,
  nowMs: number,
): StatsRange & { from: string } {
  const range = statsRange(query, timeZone, nowMs);
  const first = DateTime.fromISO(range.to, { zone: 'utc' }).minus({ days: days - 1 });
  return { ...range, from: range.from ?? first.toFormat('yyyy-MM-dd') };
}

/**
 * Every date of a range, the oldest first.
 *
 * @param range without a beginning it begins at `earliest`
 * @param earliest the first date that can have anything: what is before it is left out
 * @param latest likewise the last
 */
export function datesOf(range: StatsRange, earliest: string, latest: string): string[] {
  const dates: string[] = [];
  const last = range.to < latest ? range.to : latest;
  let date = DateTime.fromISO(range.from !== null && range.from > earliest ? range.from : earliest, { zone: 'utc' });
  for (let text = date.toFormat('yyyy-MM-dd'); text <= last; text = date.toFormat('yyyy-MM-dd')) {
    dates.push(text);
    date = date.plus({ days: 1 });
  }
  return dates;
}

/** The dates that a list of days covers: from the creation on, or what was counted before it, up to today. */
export function coveredDates(range: StatsRange, createdAt: Date, counted: Iterable<string>, nowMs: number): string[] {
  const known = [...counted, dateAt(createdAt.getTime(), range.timeZone)].sort();
  const today = dateAt(nowMs, range.timeZone);
  const [earliest = today] = known;
  const latest = known.at(-1) ?? today;
  return datesOf(range, earliest, latest > today ? latest : today);
}
