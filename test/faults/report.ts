import { inspect } from 'node:util';
import type { Random } from './random';
import type { RowReport } from './row';

/** What a row came to. */
export type Counted = Record<string, string | number>;

/** How the name of a part begins that could not run here. */
const skipped = 'skipped: ';

/** Whether something of a row could not run here. */
export const isInPart = (counted: Counted): boolean => Object.keys(counted).some((name) => name.startsWith(skipped));

/** Gathers what a row says of itself. */
export class GatheringReport implements RowReport {
  readonly counted: Counted = {};
  /** What did not hold, in words. */
  readonly failures: string[] = [];
  private readonly broken = new Map<string, number>();

  constructor(
    readonly random: Random,
    readonly thorough: boolean,
  ) {}

  count(name: string, by = 1): void {
    this.counted[name] = Number(this.counted[name] ?? 0) + by;
  }

  note(name: string, seen: string | number): void {
    this.counted[name] = seen;
  }

  skip(part: string, why: string): void {
    this.counted[`${skipped}${part}`] = why;
  }

  must(what: string, holds: boolean, seen?: unknown): void {
    if (holds) return;
    const times = (this.broken.get(what) ?? 0) + 1;
    this.broken.set(what, times);
    // A thousand times the same is said once.
    if (times > 1) return;
    const shown = inspect(seen, { depth: 4, breakLength: 200, maxArrayLength: 5 }).slice(0, 1_500);
    this.failures.push(seen === undefined ? what : `${what}: ${shown}`);
  }

  /** Says of each promise how often it was broken, where that was more than once. */
  get repetitions(): string[] {
    return [...this.broken].filter(([, times]) => times > 1).map(([what, times]) => `${times} times: ${what}`);
  }
}
