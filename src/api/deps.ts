import type { PayloadCodec } from '@temporalio/common';
import type { Logger } from 'pino';
import type { Database } from '../db/client';
import type { WebhookSender } from '../gateway/send-webhook';
import type { Exposition } from '../observability/exposition';
import type { SecretBox } from '../secret-box';
import type { EventFeed } from './event-feed';
import type { PlanRollouts, SessionGateway } from './ports';
import type { RateLimitSettings } from './rate-limits';

/** What one part of the service says when asked whether it is ready. */
export type ReadinessCheck = { ok: boolean; detail?: string };

/** All that the API is built from. */
export type ApiDeps = {
  database: Database;
  sessions: SessionGateway;
  rollouts: PlanRollouts;
  /** What happens to sessions and deliveries, for those who listen. */
  events: EventFeed;
  /** Sends the tests of channels. */
  webhooks: WebhookSender;
  secretBox: SecretBox;
  rateLimits: RateLimitSettings;
  logger: Logger;
  /** Where the API is reached from outside, without a slash at the end. */
  publicUrl: string;
  /** For links; `baseUrl` null: no link is given. */
  temporalUi: { baseUrl: string | null; namespace: string };
  /** Encrypts what lies in Temporal; left out: nothing is encrypted, and there is nothing to show decrypted. */
  payloadCodec?: PayloadCodec;
  /** What the console tells of the service; `address` null: Temporal's is not known. */
  about: { version: string; temporal: { address: string | null; taskQueue: string } };
  /** The folder of the built console; null where there is none. */
  consoleDir: string | null;
  /** Asks every part that the API needs, by name. */
  readiness: () => Promise<Record<string, ReadinessCheck>>;
  /** The time now, in epoch milliseconds. */
  clock: () => number;
  /** What the process tells Prometheus; one of the API's own when left out. */
  exposition?: Exposition;
};
