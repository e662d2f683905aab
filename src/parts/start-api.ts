import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { createApp } from '../api/app';
import { createEventFeed } from '../api/event-feed';
import type { Config } from '../config';
import type { Database } from '../db/client';
import type { WebhookSender } from '../gateway/send-webhook';
import type { Logger } from '../logger';
import type { SecretBox } from '../secret-box';
import { createPlanRollouts, createSessionGateway } from '../temporal/session-client';
import { startFolding } from './fold-counts';
import { type Listening, listen } from './listen';
import { startPurging } from './purge-events';
import type { Readiness } from './readiness';

export interface ApiPart {
  config: Pick<Config, 'host' | 'port' | 'publicUrl' | 'temporal' | 'rateLimits'>;
  database: Database;
  client: Client;
  secretBox: SecretBox;
  webhooks: WebhookSender;
  logger: Logger;
  readiness: Readiness;
}

/** From the folder above both src and dist. */
const { version } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as {
  version: string;
};

/** Builds the API and lets it listen. */
export async function startApi(part: ApiPart): Promise<Listening> {
  const { config, database, client, secretBox, webhooks, logger, readiness } = part;
  const { address, namespace, taskQueue, uiUrl } = config.temporal;
  const events = createEventFeed({ database, logger });
  const app = createApp({
    database,
    events,
    sessions: createSessionGateway({ client, namespace, taskQueue }),
    rollouts: createPlanRollouts({ client, namespace, taskQueue }),
    secretBox,
    rateLimits: config.rateLimits,
    webhooks,
    logger,
    publicUrl: config.publicUrl,
    temporalUi: { baseUrl: uiUrl, namespace },
    about: { version, temporal: { address, taskQueue } },
    consoleDir: join(__dirname, '..', 'console'),
    readiness,
    clock: Date.now,
  });
  const listening = await listen(app, { host: config.host, port: config.port, variable: 'PORT', purpose: 'the API' });
  const purging = startPurging(database, logger);
  const folding = startFolding(database, logger);
  return {
    close() {
      purging.stop();
      folding.stop();
      // Streams have no end of their own, and would be waited for.
      events.close();
      return listening.close();
    },
  };
}
