export type DelayUnit = 'seconds' | 'minutes' | 'hours' | 'days';

/** Seconds in each unit, the largest first. */
export const delayUnits: readonly { unit: DelayUnit; seconds: number }[] = [
  { unit: 'days', seconds: 86_400 },
  { unit: 'hours', seconds: 3_600 },
  { unit: 'minutes', seconds: 60 },
  { unit: 'seconds', seconds: 1 },
];

/** The largest unit in which a delay is a whole number: 7,200 is 2 hours, 5,400 is 90 minutes. */
export function splitDelay(seconds: number): { count: number; unit: DelayUnit } {
  const found = delayUnits.find((each) => seconds >= each.seconds && seconds % each.seconds === 0);
  return found ? { count: seconds / found.seconds, unit: found.unit } : { count: seconds, unit: 'seconds' };
}

export const delaySeconds = (count: number, unit: DelayUnit): number =>
  count * (delayUnits.find((each) => each.unit === unit)?.seconds ?? 1);

/** A delay in words: "2 hours", "1 day". */
export function delayInWords(seconds: number): string {
  const { count, unit } = splitDelay(seconds);
  return `${count.toLocaleString('en-GB')} ${count === 1 ? unit.slice(0, -1) : unit}`;
}

/** How long something took, roughly: "1 min 35 s", "2.4 s". */
export function durationInWords(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ${Math.round((seconds % 3_600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.round((seconds % 86_400) / 3_600)} h`;
}
