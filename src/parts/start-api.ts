import type { Client } from '@temporalio/client';
import { createApp } from '../api/app';
import type { Config } from '../config';
import type { Database } from '../db/client';
import type { Logger } from '../logger';
import type { SecretBox } from '../secret-box';
import { createPlanRollouts, createSessionGateway } from '../temporal/session-client';
import { type Listening, listen } from './listen';
import type { Readiness } from './readiness';

export interface ApiPart {
  config: Pick<Config, 'host' | 'port' | 'publicUrl' | 'temporal'>;
  database: Database;
  client: Client;
  secretBox: SecretBox;
  logger: Logger;
  readiness: Readiness;
}

/** Builds the API and lets it listen. */
export function startApi({ config, database, client, secretBox, logger, readiness }: ApiPart): Promise<Listening> {
  const { namespace, taskQueue, uiUrl } = config.temporal;
  const app = createApp({
    database,
    sessions: createSessionGateway({ client, namespace, taskQueue }),
    rollouts: createPlanRollouts({ client, namespace, taskQueue }),
    secretBox,
    logger,
    publicUrl: config.publicUrl,
    temporalUi: { baseUrl: uiUrl, namespace },
    readiness,
    clock: Date.now,
  });
  return listen(app, { host: config.host, port: config.port, variable: 'PORT', purpose: 'the API' });
}
