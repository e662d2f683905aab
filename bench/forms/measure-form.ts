import { join } from 'node:path';
import type { Form } from '../../test/faults/installation/installation';
import { startCpuMeter } from '../cpu-time';
import { type CachedHeap, measureHeap } from '../figures/heap';
import { type Kills, measureKills } from '../figures/kills';
import { type Bursts, type Lateness, measureBursts, measureLateness } from '../figures/lateness';
import { measureParkedSession, type ParkedCosts } from '../figures/parked-session';
import { measurePeers, type Peers } from '../figures/peers';
import { measureRates, type RatesAndCpu } from '../figures/rates';
import { measureRestList } from '../figures/rest-list';
import { measureSandboxCpu, type SandboxCpu } from '../figures/sandbox-cpu';
import { measureSessions, type SessionCosts } from '../figures/sessions';
import type { Sizes } from '../sizes';
import { type BenchForm, startBenchForm } from './bench-form';

/** All that was measured in one form. */
export type Measured = {
  sessions: SessionCosts;
  rates: RatesAndCpu;
  cpu: SandboxCpu;
  heapKb: CachedHeap;
  lateness: Lateness;
  bursts: Bursts;
  restList: { p50: number; p99: number };
  parked: ParkedCosts;
  peers: Peers;
  /** null where it was left out. */
  kills: Kills | null;
  versions: { temporal: string; postgresql: string };
};

export type Ways = { build: string; baselineBundle: string; say: (line: string) => void };

/** Starts one form, measures everything in it, and stops it. @param onStart is told how to stop it before that */
export async function measureForm(
  form: Form,
  sizes: Sizes,
  { build, baselineBundle, say }: Ways,
  onStart: (stop: () => Promise<void>) => void,
): Promise<Measured> {
  say(`${form}: starting …`);
  const bench = await startBenchForm(form, build, baselineBundle);
  onStart(() => bench.stop());
  try {
    const step = async <T>(what: string, measure: () => Promise<T>): Promise<T> => {
      const beganAtMs = Date.now();
      const measured = await measure();
      say(`${form}: ${what} (${((Date.now() - beganAtMs) / 1_000).toFixed(0)} s)`);
      return measured;
    };
    const { rounds, killPatienceMs } = sizes;
    const cpuMeter = await step('rest', startCpuMeter);
    // Before anything else: what a thousand sends leave to be tidied up would be measured with it.
    const restList = await step('lists', () => measureRestList(bench, sizes.pages));
    const { costs: sessions, armed } = await step('whole sessions', () => measureSessions(bench));
    const bundle = join(bench.installation.folder, 'build', 'dist', 'workflow-bundle.js');
    const bundles = { bare: baselineBundle, eager: baselineBundle, service: bundle };
    return {
      sessions,
      parked: await step('a parked session', () => measureParkedSession(bench)),
      cpu: await step('sandbox CPU', () => measureSandboxCpu(armed, bundles, rounds, sizes.replays)),
      rates: await step('rates', () => measureRates(bench, cpuMeter, rounds, sizes.rate)),
      lateness: await step('lateness', () =>
        measureLateness(bench, cpuMeter, rounds, { count: sizes.dues, perSecond: sizes.duesPerSecond }),
      ),
      bursts: await step('bursts', () => measureBursts(bench, cpuMeter, rounds, sizes.burst)),
      restList,
      heapKb: await step('heap', () => measureHeap(bench, baselineBundle, sizes.cachedSessions)),
      peers: await step('peers', () => measurePeers(bench, cpuMeter, sizes.peers)),
      kills: killPatienceMs === null ? null : await step('kills', () => measureKills(bench, killPatienceMs)),
      versions: await serverVersions(bench),
    };
  } finally {
    await bench.stop();
  }
}

async function serverVersions({ installation }: BenchForm): Promise<Measured['versions']> {
  const { serverVersion } = await installation.client.workflowService.getSystemInfo({});
  const [row] = await installation.sql<{ server_version: string }[]>`show server_version`;
  return { temporal: serverVersion ?? 'unknown', postgresql: row?.server_version ?? 'unknown' };
}
