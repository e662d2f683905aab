import { type Capacity, capacityFor, type Demand, type UnitCost, usualDemand } from '../../bench/capacity/model';
import { parseOptions } from '../../bench/capacity/options';
import { temporalCloudCost } from '../../bench/capacity/prices';
import { tableOf } from '../../bench/capacity/table';

const cost = (factor: number): UnitCost => ({
  cpuSeconds: { api: 0.002 * factor, worker: 0.004 * factor, temporal: 0.006 * factor, postgres: 0.003 * factor },
  ...{ commits: 8 * factor, databaseBytes: 2_000 * factor, actions: 4 * factor, historyBytes: 1_000 * factor },
});
const costs = { session: cost(2), message: cost(1), send: cost(3) };
const demand = (messagesPerDay: number, more: Partial<Demand> = {}): Demand => ({
  ...usualDemand,
  messagesPerDay,
  ...more,
});

test('a day is added up from its sessions, their further messages, and the sends', () => {
  const { sessionsPerDay, sendsPerDay, actionsPerMonth, openSessions } = capacityFor(
    demand(210_000, { messagesPerSession: 21, sendsPerSession: 0.5, openHours: 12 }),
    costs,
  );
  expect({ sessionsPerDay, sendsPerDay, openSessions }).toEqual({
    sessionsPerDay: 10_000,
    sendsPerDay: 5_000,
    openSessions: 5_000,
  });
  expect(actionsPerMonth).toBe(30 * (10_000 * 8 + 200_000 * 4 + 5_000 * 12));
});

test('cores carry the peak at the given utilization', () => {
  // 86,400 sessions of one message: one a second on the average.
  const { cores, messagesPerSecond } = capacityFor(
    demand(86_400, { messagesPerSession: 1, sendsPerSession: 0, peakFactor: 4, utilization: 0.5 }),
    costs,
  );
  expect(messagesPerSecond).toEqual({ mean: 1, peak: 4 });
  expect(cores.api).toBeCloseTo((1 * 0.004 * 4) / 0.5, 9);
});

test('what is needed grows in a straight line with the messages', () => {
  const [small, large] = [1e6, 1e9].map((messages) => capacityFor(demand(messages), costs)) as [Capacity, Capacity];
  expect(large.cores.worker / small.cores.worker).toBeCloseTo(1_000, 6);
  expect(large.commitsPerSecondAtPeak / small.commitsPerSecondAtPeak).toBeCloseTo(1_000, 6);
  expect(large.activeGb / small.activeGb).toBeCloseTo(1_000, 6);
});

test('shards are a power of two, and not fewer than the cluster is made with', () => {
  expect(capacityFor(demand(1_000), costs).historyShards).toBe(512);
  const { historyShards } = capacityFor(demand(1e9), costs);
  expect(Math.log2(historyShards) % 1).toBe(0);
  // 1e9 messages a day are 46,296 a second at the peak: 2,778 seconds of writing in each, a fifth of a shard's time.
  expect(historyShards).toBe(16_384);
});

test('parked sessions wake all the time that they are open', () => {
  const parked = demand(2_100, { sendsPerSession: 0, openHours: 2, parkSeconds: 900 });
  const wake = cost(1);
  const { actionsPerMonth } = capacityFor(parked, { ...costs, wake });
  // 100 sessions of 2 hours: 8 wakes each.
  expect(actionsPerMonth).toBe(30 * (100 * 8 + 2_000 * 4 + 800 * 4));
  expect(() => capacityFor(parked, costs)).toThrow(/wake/);
});

describe('the price of Temporal Cloud', () => {
  test('is the plan alone within what it includes', () => {
    expect(temporalCloudCost({ actionsPerMonth: 2.5e6, activeGb: 1, retainedGb: 50 })).toEqual({
      ...{ actions: 0, storage: 0, plan: 500, isByContract: false },
    });
  });

  // Both examples of https://docs.temporal.io/cloud/pricing.
  test('is that of its own examples', () => {
    expect(temporalCloudCost({ actionsPerMonth: 13.75e6, activeGb: 0, retainedGb: 0 }).actions).toBeCloseTo(525, 6);
    const { storage } = temporalCloudCost({
      actionsPerMonth: 0,
      activeGb: 2.5 + 720 / 744,
      retainedGb: 100 + 3_600 / 744,
    });
    expect(storage).toBeCloseTo(34.02, 6);
  });

  test('says when it is a matter of a contract', () => {
    expect(temporalCloudCost({ actionsPerMonth: 1e9, activeGb: 0, retainedGb: 0 }).isByContract).toBe(true);
  });
});

describe('options', () => {
  test('without any make the table of four', () => {
    expect(parseOptions([]).demands.map(({ messagesPerDay }) => messagesPerDay)).toEqual([1e3, 1e5, 1e7, 1e9]);
  });

  test('change the demand', () => {
    const { demands, json } = parseOptions(['--messages-per-day', '5e6', '--open-hours', '2', '--json']);
    expect({ demands, json }).toEqual({ demands: [demand(5e6, { openHours: 2 })], json: true });
  });

  test('park sessions for 15 minutes, or as long as is said', () => {
    expect(parseOptions([]).demands[0]?.parkSeconds).toBe(null);
    expect(parseOptions(['--session-mode', 'parked']).demands[0]?.parkSeconds).toBe(900);
    expect(parseOptions(['--session-mode', 'parked', '--park-seconds', '3600']).demands[0]?.parkSeconds).toBe(3_600);
  });

  test.each([
    [['--messages-per-day', 'many'], '--messages-per-day must be a number above 0, not many.'],
    [['--messages-per-day', '1e3,'], '--messages-per-day must be a number above 0, not .'],
    [['--utilization', '50'], '--utilization must be a number from 0.01 to 1, not 50.'],
    [['--peak-factor', '0.5'], '--peak-factor must be a number from 1 on, not 0.5.'],
    [['--session-mode', 'eager'], '--session-mode must be lazy or parked.'],
    [['--park-seconds', '60'], '--park-seconds is for --session-mode parked.'],
    [['--sends-per-session=-1'], '--sends-per-session must be a number from 0 on, not -1.'],
  ])('%j are refused', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});

test('the table has a column for each demand', () => {
  const rows = [1e3, 1e9].map((messages) => ({
    demand: demand(messages),
    capacity: capacityFor(demand(messages), costs),
  }));
  const lines = tableOf(rows).split('\n');
  expect(lines[0]).toBe('| messages a day | 1,000 | 1,000,000,000 |');
  expect(new Set(lines.map((line) => line.split('|').length))).toEqual(new Set([5]));
});
