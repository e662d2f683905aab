import { inParallel } from '../../test/faults/in-parallel';
import { eventually } from '../../test/support/eventually';
import type { CpuMeter } from '../cpu-time';
import { type BenchForm, newIds } from '../forms/bench-form';
import { clients, messageIndexes, messageOf, messagesPerSession } from '../load/trace';
import type { Peer } from '../peers/peer';
import { type PeerName, peerNames, peers } from '../peers/peers';
import { measureInPlace, type Skipped } from '../peers/place';
import { median, quantile } from '../statistics';

export type PeerFigures = {
  messagesPerSecond: number;
  latenessP50Ms: number;
  latenessP99Ms: number;
  /** Processor time of all processes, the client included. */
  cpuMsPerMessage: number;
};
/** A peer that could not be measured says why. */
export type Peers = Partial<Record<PeerName, PeerFigures | Skipped>>;

const farMs = 86_400_000;
const arrivalWithinMs = 60_000;

/** Measures each peer with the same trace, on the same PostgreSQL, each in a database of its own. */
export async function measurePeers(
  { installation }: BenchForm,
  cpu: CpuMeter,
  { sessions, dueWithinMs }: { sessions: number; dueWithinMs: number },
): Promise<Peers> {
  const measured: Peers = {};
  for (const [index, name] of peerNames.entries()) {
    const place = { adminUrl: installation.adminDatabaseUrl, database: `bench_peer_${index}` };
    measured[name] = await measureInPlace(peers[name], place, (url) =>
      measurePeer(peers[name], url, cpu, sessions, dueWithinMs),
    );
  }
  return measured;
}

async function measurePeer(
  peer: Peer,
  url: string,
  cpu: CpuMeter,
  sessions: number,
  dueWithinMs: number,
): Promise<PeerFigures> {
  const doneAtMs = new Map<string, number>();
  const client = await peer.connect(url);
  const worker = await peer.work(url, async (id) => void doneAtMs.set(id, Date.now()));
  try {
    const talked = newIds(sessions);
    const { tookMs, cpuMs } = await cpu.measure(() =>
      inParallel(talked, clients, async (id) => {
        for (const index of messageIndexes) {
          const { from } = messageOf(index, Date.now());
          if (from === 'agent') await client.schedule(id, Date.now() + farMs);
          else await client.cancel(id);
        }
      }),
    );

    const due = newIds(sessions);
    // All are there before the first is due.
    const firstAtMs = Date.now() + 1_000 + sessions * 4;
    const dueAtMs = due.map((_, index) => Math.round(firstAtMs + (index * dueWithinMs) / sessions));
    await inParallel(due, clients, (id, index) => client.schedule(id, dueAtMs[index] ?? 0));
    await eventually(
      'every job',
      () => due.every((id) => doneAtMs.has(id)),
      firstAtMs - Date.now() + dueWithinMs + arrivalWithinMs,
    );
    const late = due.map((id, index) => (doneAtMs.get(id) ?? 0) - (dueAtMs[index] ?? 0));
    const messages = sessions * messagesPerSession;
    return {
      messagesPerSecond: (messages * 1_000) / tookMs,
      latenessP50Ms: median(late),
      latenessP99Ms: quantile(late, 0.99),
      cpuMsPerMessage: cpuMs / messages,
    };
  } finally {
    await worker.stop();
    await client.stop();
  }
}
