import postgres from 'postgres';
import { inParallel } from '../../test/faults/in-parallel';
import { eventually } from '../../test/support/eventually';
import { type BenchForm, newIds } from '../forms/bench-form';
import { clients, messageIndexes, messageOf, messagesPerSession } from '../load/trace';
import { startBullMqOnPostgres, startBullMqOnRedis } from '../peers/bullmq';
import { startGraphileWorker } from '../peers/graphile-worker';
import { installPackages } from '../peers/packages';
import type { PeerName, StartPeer } from '../peers/peer';
import { startPgBoss } from '../peers/pg-boss';
import { startSkipLocked } from '../peers/skip-locked';
import { median, quantile } from '../statistics';

export type PeerFigures = { messagesPerSecond: number; latenessP50Ms: number; latenessP99Ms: number };
/** A peer that could not be measured says why. */
export type Peers = Partial<Record<PeerName, PeerFigures | { skipped: string }>>;

/** With `package`: what has to be installed first. */
const peers: Record<PeerName, { start: StartPeer; package: boolean }> = {
  'SKIP LOCKED, polled every 100 ms': { start: startSkipLocked, package: false },
  'pg-boss, polled every 2 s (default)': { start: startPgBoss(2), package: true },
  'pg-boss, polled every 0.5 s': { start: startPgBoss(0.5), package: true },
  'graphile-worker, polled every 2 s (default)': { start: startGraphileWorker(2_000), package: true },
  'graphile-worker, polled every 100 ms': { start: startGraphileWorker(100), package: true },
  'BullMQ on PostgreSQL': { start: startBullMqOnPostgres, package: true },
  'BullMQ on Redis': { start: startBullMqOnRedis, package: true },
};

const farMs = 86_400_000;
const arrivalWithinMs = 60_000;

/** Measures each peer with the same trace, on the same PostgreSQL, each in a database of its own. */
export async function measurePeers(
  { installation }: BenchForm,
  { sessions, dueWithinMs }: { sessions: number; dueWithinMs: number },
): Promise<Peers> {
  const measured: Peers = {};
  for (const [index, [name, peer]] of Object.entries(peers).entries()) {
    try {
      if (peer.package) installPackages();
    } catch (error) {
      measured[name as PeerName] = { skipped: `its package cannot be installed: ${(error as Error).message}` };
      continue;
    }
    const database = `bench_peer_${index}`;
    const admin = postgres(installation.databaseUrl, { max: 1, onnotice: () => {} });
    try {
      await admin.unsafe(`create database ${database}`);
      const url = new URL(installation.databaseUrl);
      url.pathname = `/${database}`;
      measured[name as PeerName] = await measurePeer(peer.start, url.href, sessions, dueWithinMs).catch(notThere);
      await admin.unsafe(`drop database ${database} with (force)`);
    } finally {
      await admin.end();
    }
  }
  return measured;
}

/** A peer whose own server is not installed. @throws whatever else went wrong */
function notThere(error: NodeJS.ErrnoException): { skipped: string } {
  if (error.code !== 'ENOENT') throw error;
  return { skipped: `${error.path} is not installed` };
}

async function measurePeer(start: StartPeer, url: string, sessions: number, dueWithinMs: number): Promise<PeerFigures> {
  const doneAtMs = new Map<string, number>();
  const peer = await start(url, (id) => doneAtMs.set(id, Date.now()));
  try {
    const talked = newIds(sessions);
    const beganAtMs = performance.now();
    await inParallel(talked, clients, async (id) => {
      for (const index of messageIndexes) {
        const { from } = messageOf(index, Date.now());
        if (from === 'agent') await peer.schedule(id, Date.now() + farMs);
        else await peer.cancel(id);
      }
    });
    const tookMs = performance.now() - beganAtMs;

    const due = newIds(sessions);
    // All are there before the first is due.
    const firstAtMs = Date.now() + 1_000 + sessions * 4;
    const dueAtMs = due.map((_, index) => Math.round(firstAtMs + (index * dueWithinMs) / sessions));
    await inParallel(due, clients, (id, index) => peer.schedule(id, dueAtMs[index] ?? 0));
    await eventually(
      'every job',
      () => due.every((id) => doneAtMs.has(id)),
      firstAtMs - Date.now() + dueWithinMs + arrivalWithinMs,
    );
    const late = due.map((id, index) => (doneAtMs.get(id) ?? 0) - (dueAtMs[index] ?? 0));
    return {
      messagesPerSecond: (sessions * messagesPerSession * 1_000) / tookMs,
      latenessP50Ms: median(late),
      latenessP99Ms: quantile(late, 0.99),
    };
  } finally {
    await peer.stop();
  }
}
