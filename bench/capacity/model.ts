import { type Part, parts } from './meter';
import { temporalCloudCost } from './prices';

/** What one of something costs: CPU time and commits as they were measured, actions and bytes from its history. */
export type UnitCost = {
  cpuSeconds: Record<Part, number>;
  commits: number;
  databaseBytes: number;
  /** Billable actions of Temporal Cloud. */
  actions: number;
  historyBytes: number;
};

/** A session with its first message and its end; one more message; one send; one early wake of a parked session. */
export type UnitCosts = { session: UnitCost; message: UnitCost; send: UnitCost; wake?: UnitCost };

export type Demand = {
  messagesPerDay: number;
  messagesPerSession: number;
  /** Followups sent, on the average. */
  sendsPerSession: number;
  /** How long a session is open, from its first message to its end. */
  openHours: number;
  /** Histories of ended sessions stay for so long. */
  retentionDays: number;
  /** The busiest moment over the mean. */
  peakFactor: number;
  /** How busy processors may be in that moment. */
  utilization: number;
  /** Sessions are parked, and look for changes so often; null: they are lazy. */
  parkSeconds: number | null;
};

export const usualDemand: Omit<Demand, 'messagesPerDay'> = {
  messagesPerSession: 21,
  sendsPerSession: 0.5,
  openHours: 24,
  retentionDays: 3,
  peakFactor: 4,
  utilization: 0.5,
  parkSeconds: null,
};

export type Capacity = {
  messagesPerSecond: { mean: number; peak: number };
  sessionsPerDay: number;
  sendsPerDay: number;
  openSessions: number;
  /** Processor cores of each part, that the peak keeps as busy as the utilization says. */
  cores: Record<Part, number>;
  commitsPerSecondAtPeak: number;
  historyShards: number;
  activeGb: number;
  retainedGb: number;
  databaseGrowthGbPerDay: number;
  actionsPerMonth: number;
  actionsPerSecondAtPeak: number;
  cloud: ReturnType<typeof temporalCloudCost>;
};

const secondsPerDay = 86_400;
const daysPerMonth = 30;
const gigabyte = 1e9;

/**
 * A shard writes one thing after the other. With this long for a write, of a database on another machine, and so much of
 * its time spent on writing at the peak, it takes so many a second.
 */
const shard = { writeSeconds: 0.01, busy: 0.2 };
/** One message is written in so many steps by the history service (the cost model of a signal: about six commits). */
const writesPerMessage = 6;
/** The number cannot be changed later, and a shard without work costs next to nothing: no fewer than these. */
const fewestShards = 512;

/**
 * What so many messages a day need, by what one costs. All of it is linear, but the number of shards and the prices.
 *
 * @throws Error when sessions are parked, and it is not known what their wakes cost
 */
export function capacityFor(demand: Demand, costs: UnitCosts): Capacity {
  const sessionsPerDay = demand.messagesPerDay / demand.messagesPerSession;
  const sendsPerDay = sessionsPerDay * demand.sendsPerSession;
  const furtherMessagesPerDay = Math.max(0, demand.messagesPerDay - sessionsPerDay);
  if (demand.parkSeconds !== null && costs.wake === undefined) throw new Error('What a wake costs was not measured.');
  // As if something waited to be sent as long as they are open: those that wait for nothing are not parked.
  const wakesPerDay =
    demand.parkSeconds === null ? 0 : sessionsPerDay * ((demand.openHours * 3_600) / demand.parkSeconds);
  const perDay = (of: (cost: UnitCost) => number) =>
    sessionsPerDay * of(costs.session) +
    furtherMessagesPerDay * of(costs.message) +
    sendsPerDay * of(costs.send) +
    wakesPerDay * (costs.wake === undefined ? 0 : of(costs.wake));
  const atPeak = (amountPerDay: number) => (amountPerDay / secondsPerDay) * demand.peakFactor;
  const historyBytesPerDay = perDay(({ historyBytes }) => historyBytes);
  const openSessions = (sessionsPerDay * demand.openHours) / 24;
  const peakMessages = atPeak(demand.messagesPerDay);
  // An open session has half of its history, on the average.
  const activeGb = ((historyBytesPerDay / 2) * (demand.openHours / 24)) / gigabyte;
  const retainedGb = (historyBytesPerDay * demand.retentionDays) / gigabyte;
  const actionsPerMonth = perDay(({ actions }) => actions) * daysPerMonth;
  return {
    messagesPerSecond: { mean: demand.messagesPerDay / secondsPerDay, peak: peakMessages },
    ...{ sessionsPerDay, sendsPerDay, openSessions },
    cores: Object.fromEntries(
      parts.map((part) => [part, atPeak(perDay(({ cpuSeconds }) => cpuSeconds[part])) / demand.utilization]),
    ) as Record<Part, number>,
    commitsPerSecondAtPeak: atPeak(perDay(({ commits }) => commits)),
    historyShards: Math.max(
      fewestShards,
      2 ** Math.ceil(Math.log2((peakMessages * writesPerMessage * shard.writeSeconds) / shard.busy)),
    ),
    ...{ activeGb, retainedGb },
    databaseGrowthGbPerDay: perDay(({ databaseBytes }) => databaseBytes) / gigabyte,
    actionsPerMonth,
    actionsPerSecondAtPeak: atPeak(actionsPerMonth / daysPerMonth),
    cloud: temporalCloudCost({ actionsPerMonth, activeGb, retainedGb }),
  };
}
