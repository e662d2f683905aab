import type { Measured } from './forms/measure-form';
import { differences, median, ratios, type Spread, spread } from './statistics';

/** What `--json` tells of one form; the spread of what was measured in rounds stands beside it. */
export type Figures = {
  extraEventsPerMessageArmed: number;
  eventsPerMessageParked: number;
  actionsPerSession: number;
  actionsPerSessionParked: number;
  eventsPerSessionOverBare: number;
  timersCancelledPerSession: number;
  actionsBeforeFirstSend1Rule: number;
  actionsBeforeFirstSend20Rules: number;
  historyBytesOverBare: number;
  historyBytesParkedOverBare: number;
  signalRateOverBare: number;
  signalRateParkedOverBare: number;
  restRateOverSignal: number;
  restBatchRateOverSignal: number;
  eagerRateOverBare: number;
  signalCpuOverBare: number;
  signalCpuParkedOverBare: number;
  restCpuOverBare: number;
  eagerCpuOverBare: number;
  sandboxCpuOverBare: number;
  heapKbPerCachedSession: number;
  heapKbPerCachedBareSession: number;
  latenessP50OverBareMs: number;
  latenessP99OverBareMs: number;
  burst1000OverBare: number;
  dueCpuOverBare: number;
  restListP99Ms: number;
  /** How far apart the rounds were, of what was measured in rounds. */
  spread: Record<string, Spread>;
  /** Messages per second, by the way in which they were told. */
  rates: Record<string, Spread>;
  /** Processor time of what comes due until it is sent, of a bare timer's and of the service's, in milliseconds. */
  cpuMsPerDue: Record<string, Spread>;
  /** Processor time of a message in all processes, the client's included, in milliseconds, by the same ways. */
  cpuMsPerMessage: Record<string, Spread>;
  peers: Measured['peers'];
  kills: Measured['kills'];
  versions: Measured['versions'];
};

/** Ratios and differences are of the same round: what disturbs a machine for a while disturbs both. */
export function figuresOf({
  sessions,
  parked,
  rates,
  cpu,
  heapKb,
  lateness,
  bursts,
  restList,
  peers,
  kills,
  versions,
}: Measured): Figures {
  const { bare, service, twentyRules } = sessions;
  const { perSecond, cpuMs } = rates;
  const rounds = {
    signalRateOverBare: ratios(perSecond.signal, perSecond.bare),
    signalRateParkedOverBare: ratios(perSecond.parked, perSecond.bare),
    restRateOverSignal: ratios(perSecond.rest, perSecond.signal),
    restBatchRateOverSignal: ratios(perSecond.batch, perSecond.signal),
    eagerRateOverBare: ratios(perSecond.eager, perSecond.bare),
    signalCpuOverBare: ratios(cpuMs.signal, cpuMs.bare),
    signalCpuParkedOverBare: ratios(cpuMs.parked, cpuMs.bare),
    restCpuOverBare: ratios(cpuMs.rest, cpuMs.bare),
    eagerCpuOverBare: ratios(cpuMs.eager, cpuMs.bare),
    sandboxCpuOverBare: ratios(cpu.service, cpu.bare),
    latenessP50OverBareMs: differences(p50s(lateness.service), p50s(lateness.bare)),
    latenessP99OverBareMs: differences(p99s(lateness.service), p99s(lateness.bare)),
    burst1000OverBare: ratios(bursts.drainMs.service, bursts.drainMs.bare),
    dueCpuOverBare: ratios(bursts.cpuMs.service, bursts.cpuMs.bare),
  };
  const medians = mapped(rounds, median) as Record<keyof typeof rounds, number>;
  return {
    extraEventsPerMessageArmed: (service.eventsPerMessageArmed ?? 0) - (bare.eventsPerMessageArmed ?? 0),
    eventsPerMessageParked: parked.eventsPerMessage,
    actionsPerSession: service.actions,
    actionsPerSessionParked: parked.actions,
    eventsPerSessionOverBare: service.events / bare.events,
    timersCancelledPerSession: service.timersCancelled,
    actionsBeforeFirstSend1Rule: service.actionsBeforeFirstSend ?? 0,
    actionsBeforeFirstSend20Rules: twentyRules.actionsBeforeFirstSend ?? 0,
    historyBytesOverBare: service.bytes / bare.bytes,
    historyBytesParkedOverBare: parked.bytes / bare.bytes,
    ...medians,
    heapKbPerCachedSession: heapKb.service,
    heapKbPerCachedBareSession: heapKb.bare,
    restListP99Ms: restList.p99,
    spread: mapped(rounds, spread),
    rates: mapped(perSecond, spread),
    cpuMsPerMessage: mapped(cpuMs, spread),
    cpuMsPerDue: mapped(bursts.cpuMs, spread),
    peers,
    kills,
    versions,
  };
}

const p50s = (rounds: readonly { p50: number }[]) => rounds.map(({ p50 }) => p50);
const p99s = (rounds: readonly { p99: number }[]) => rounds.map(({ p99 }) => p99);

const mapped = <T>(rounds: Record<string, number[]>, of: (values: number[]) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(rounds).map(([name, values]) => [name, of(values)]));
