import type { FollowupStatsRow } from './rows';

const dayMs = 86_400_000;
const windowDays = 7;

/**
 * The response rate of the seven days up to each day, from the first day with a send on: a day by itself has too few to
 * tell anything.
 *
 * @param to the last day, `2026-11-30`
 */
export function trend(daily: FollowupStatsRow['daily'], to: string): number[] {
  const first = daily[0];
  if (!first) return [];
  const place = (date: string) => Math.round((Date.parse(date) - Date.parse(first.date)) / dayMs);
  const length = place(to) + 1;
  const sent = new Array<number>(length).fill(0);
  const responded = new Array<number>(length).fill(0);
  for (const day of daily) {
    sent[place(day.date)] = day.sent;
    responded[place(day.date)] = day.responded;
  }
  const sum = (values: number[], end: number) =>
    values.slice(Math.max(0, end - windowDays + 1), end + 1).reduce((total, value) => total + value, 0);
  return sent.flatMap((_, day) => {
    const all = sum(sent, day);
    return all === 0 ? [] : [sum(responded, day) / all];
  });
}
