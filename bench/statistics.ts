/** What several rounds came to. */
export type Spread = { median: number; min: number; max: number };

/** @throws RangeError when there are no values */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new RangeError('There is no quantile of nothing.');
  return value;
}

/** The value in the middle; of an even number of values the mean of the two there. @throws RangeError of none */
export function median(values: readonly number[]): number {
  const upper = quantile(values, 0.5);
  if (values.length % 2 === 1) return upper;
  const sorted = [...values].sort((one, other) => one - other);
  return ((sorted[values.length / 2 - 1] ?? upper) + upper) / 2;
}

export const spread = (values: readonly number[]): Spread => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
});

/** Of what was measured in the same round: what disturbs a machine for a while disturbs both. */
export function ratios(values: readonly number[], floors: readonly number[]): number[] {
  return values.map((value, round) => value / (floors[round] ?? Number.NaN));
}

export const differences = (values: readonly number[], floors: readonly number[]): number[] =>
  values.map((value, round) => value - (floors[round] ?? Number.NaN));

/** The list, begun with another one in each round, so that nobody is always the first or the last. */
export function rotated<T>(list: readonly T[], round: number): T[] {
  const from = round % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
}
