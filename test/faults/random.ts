import { createHash } from 'node:crypto';
import { seeded } from '../screenshots/random';

/** Choices that look random and are the same for the same seed. */
export type Random = {
  /** From 0 to 1. */
  fraction(): number;
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Another source, which depends on this one's seed and the name alone. */
  of(name: string | number): Random;
};

export function createRandom(seed: string): Random {
  const next = seeded(createHash('sha256').update(seed).digest().readInt32BE(0));
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    fraction: next,
    whole,
    chance: (probability) => next() < probability,
    pick: (from) => {
      if (from.length === 0) throw new Error('There is nothing to pick from.');
      return from[whole(0, from.length - 1)] as (typeof from)[number];
    },
    of: (name) => createRandom(`${seed}/${name}`),
  };
}
