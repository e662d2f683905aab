import { inDigits } from './numbers';

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
  return `${inDigits(count)} ${count === 1 ? unit.slice(0, -1) : unit}`;
}

/** How long something took, roughly: "1 min 35 s", "2.4 s". */
export function durationInWords(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return inTwo(whole, 60, 'min', 1, 's');
  if (whole < 86_400) return inTwo(whole, 3_600, 'h', 60, 'min');
  return inTwo(whole, 86_400, 'd', 3_600, 'h');
}

function inTwo(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rounded = Math.round(seconds / small) * small;
  const rest = (rounded % large) / small;
  return `${Math.floor(rounded / large)} ${largeUnit}${rest === 0 ? '' : ` ${rest} ${smallUnit}`}`;
}
