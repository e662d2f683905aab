import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { createApp } from '../api/app';
import { createEventFeed } from '../api/event-feed';
import type { Config } from '../config';
import type { Database } from '../db/client';
import type { WebhookSender } from '../gateway/send-webhook';
import type { Logger } from '../logger';
import { tellState } from '../observability/state-metrics';
import { traceRequests } from '../observability/trace-requests';
import type { SecretBox } from '../secret-box';
import { createPayloadCodec } from '../temporal/payload-codec';
import { createPlanRollouts, createSessionGateway } from '../temporal/session-client';
import { startFolding } from './fold-counts';
import { type Listening, listen } from './listen';
import type { Observability } from './observability';
import { startPurging } from './purge-events';
import type { Readiness } from './readiness';
import { startRenewing } from './renew-secrets';
import { version } from './version';

export interface ApiPart {
  config: Pick<Config, 'host' | 'port' | 'publicUrl' | 'temporal' | 'rateLimits'>;
  database: Database;
  client: Client;
  secretBox: SecretBox;
  webhooks: WebhookSender;
  logger: Logger;
  readiness: Readiness;
  observability: Pick<Observability, 'exposition' | 'tracer'>;
}

/** Builds the API and lets it listen. */
export async function startApi(part: ApiPart): Promise<Listening> {
  const { config, database, client, secretBox, webhooks, logger, readiness } = part;
  const { exposition, tracer } = part.observability;
  const { address, namespace, taskQueue, uiUrl, payloadKeys, parkMs } = config.temporal;
  tellState(exposition.registry, database);
  const events = createEventFeed({ database, logger });
  const app = createApp({
    database,
    events,
    sessions: createSessionGateway({ client, namespace, taskQueue, tracer, parked: parkMs !== null }),
    rollouts: createPlanRollouts({ client, namespace, taskQueue }),
    secretBox,
    rateLimits: config.rateLimits,
    webhooks,
    logger,
    publicUrl: config.publicUrl,
    temporalUi: { baseUrl: uiUrl, namespace },
    ...(payloadKeys.length > 0 ? { payloadCodec: createPayloadCodec(payloadKeys) } : {}),
    about: { version, temporal: { address, taskQueue } },
    consoleDir: join(__dirname, '..', 'console'),
    readiness,
    exposition,
    clock: Date.now,
  });
  const where = { host: config.host, port: config.port, variable: 'PORT', purpose: 'the API' };
  const listening = await listen(traceRequests(tracer, app), where);
  const purging = startPurging(database, logger);
  const folding = startFolding(database, logger);
  const renewing = startRenewing(database, secretBox, logger);
  return {
    close() {
      purging.stop();
      folding.stop();
      renewing.stop();
      // Streams have no end of their own, and would be waited for.
      events.close();
      return listening.close();
    },
  };
}
