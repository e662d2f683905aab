import { bullMqOnPostgres, bullMqOnRedis } from './bullmq';
import { graphileWorker } from './graphile-worker';
import type { Peer } from './peer';
import { pgBoss } from './pg-boss';
import { skipLocked } from './skip-locked';

/** Each with its defaults, and with its best setting where that is another one. */
export const peers = {
  'SKIP LOCKED, polled every 100 ms': skipLocked,
  'pg-boss, polled every 2 s (default)': pgBoss(2),
  'pg-boss, polled every 0.5 s': pgBoss(0.5),
  'graphile-worker, polled every 2 s (default)': graphileWorker(2_000),
  'graphile-worker, polled every 100 ms': graphileWorker(100),
  'BullMQ on PostgreSQL': bullMqOnPostgres,
  'BullMQ on Redis': bullMqOnRedis,
} satisfies Record<string, Peer>;

export type PeerName = keyof typeof peers;
export const peerNames = Object.keys(peers) as PeerName[];
