/**
 * Seeds whose plans have once found a defect: they are run with all others, whatever seeds are asked for. A seed is added
 * here together with what mends the defect.
 */
export const regressions: readonly number[] = [
  // npm start gave up at once when its database was slow right after a crash, or restarted meanwhile.
  22, 27,
  // Connections that were all lost at once came back after a minute, a database that was away for three seconds after as long.
  23,
];

/**
 * The seeds of the plans to run: those of `known` first, and then `count` from `first` on, each once.
 *
 * @returns none where no plans are asked for
 */
export function seedsToRun(first: number, count: number, known: readonly number[]): number[] {
  if (count === 0) return [];
  return [...new Set([...known, ...Array.from({ length: count }, (_, index) => first + index)])];
}
