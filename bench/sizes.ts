import type { RateTrace } from './figures/rates';
import type { Options } from './options';

/** How much is done of each thing. */
export type Sizes = {
  rounds: number;
  /** What a rate is measured with. */
  rate: RateTrace;
  /** Due in one round of lateness, so many a second. */
  dues: number;
  duesPerSecond: number;
  /** Due at the same moment. */
  burst: number;
  /** Pages of 200 rules that are asked for. */
  pages: number;
  /** Replays of one history in a round of sandbox CPU. */
  replays: number;
  /** Sessions in the cache of a worker. */
  cachedSessions: number;
  peers: { sessions: number; dueWithinMs: number };
  /** How long a send is waited for whose worker was killed; null: no worker is killed. */
  killPatienceMs: number | null;
};

const full: Sizes = {
  rounds: 5,
  rate: { sessions: 320, messages: 8 },
  dues: 200,
  duesPerSecond: 20,
  burst: 1_000,
  pages: 1_000,
  replays: 100,
  // As many as fit into the cache of a worker whose heap docker-compose.yml limits.
  cachedSessions: 400,
  peers: { sessions: 1_000, dueWithinMs: 10_000 },
  // BullMQ looks for the jobs of lost workers every 30 seconds, and acts at the second look.
  killPatienceMs: 75_000,
};

const quick: Sizes = {
  ...full,
  rounds: 2,
  rate: { sessions: 96, messages: 4 },
  dues: 30,
  burst: 30,
  pages: 300,
  replays: 10,
  cachedSessions: 100,
  peers: { sessions: 100, dueWithinMs: 1_000 },
  killPatienceMs: null,
};

export function sizesOf(options: Pick<Options, 'quick' | 'rounds'>): Sizes {
  const sizes = options.quick ? quick : full;
  return options.rounds === null ? sizes : { ...sizes, rounds: options.rounds };
}
