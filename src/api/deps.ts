import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Database } from '../db/client';
import type { SecretBox } from '../secret-box';
import type { PlanRollouts, SessionGateway } from './ports';

/** What one part of the service says when asked whether it is ready. */
export type ReadinessCheck = { ok: boolean; detail?: string };

/** All that the API is built from. */
export type ApiDeps = {
  database: Database;
  sessions: SessionGateway;
  rollouts: PlanRollouts;
  secretBox: SecretBox;
  logger: Logger;
  /** Where the API is reached from outside, without a slash at the end. */
  publicUrl: string;
  /** For links; `baseUrl` null: no link is given. */
  temporalUi: { baseUrl: string | null; namespace: string };
  /** Asks every part that the API needs, by name. */
  readiness: () => Promise<Record<string, ReadinessCheck>>;
  /** The time now, in epoch milliseconds. */
  clock: () => number;
  /** Where metrics are kept; a registry of the API's own when left out. */
  metrics?: Registry;
};
