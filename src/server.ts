import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase } from './db/client';
import { createWebhookSender } from './gateway/send-webhook';
import { observeWebhooks } from './observability/observe-webhooks';
import { provideAdminKey } from './parts/admin-key';
import { runPart } from './parts/lifecycle';
import { createObservability } from './parts/observability';
import { keepTrying } from './parts/patience';
import { createReadiness } from './parts/readiness';
import { startApi } from './parts/start-api';
import { createSecretBox } from './secret-box';
import { lazyClient } from './temporal/connection';
import { registerSearchAttributes } from './temporal/register';

/** `npm run start:api`: the API alone, of which any number may run. */
runPart('api', async ({ config, logger, life }) => {
  const { databaseUrl, secretsKey, temporal } = config;
  if (databaseUrl === null || secretsKey === null) throw new Error('DATABASE_URL and SECRETS_KEY are needed.');
  const observability = createObservability({ part: 'api', tracing: config.tracing, logger, sdkMetricsPort: null });
  life.add('traces', observability.close);
  const { registry } = observability.exposition;

  const database = connectDatabase(databaseUrl, { max: 15, applicationName: 'followups-api' });
  life.add('database', () => database.end());
  await keepTrying('The database cannot be used (was it migrated?)', 30_000, life.signal, async () => {
    await provideAdminKey(config, database);
  });

  // Without Temporal the API stays up and says so: what can be read is read, and messages are refused with 503.
  const { client, close } = lazyClient(temporal);
  life.add('temporal', close);
  void (async () => {
    while (!life.signal.aborted) {
      try {
        return await registerSearchAttributes(client, temporal.namespace);
      } catch (error) {
        logger.warn({ err: error }, 'the search attributes could not be registered yet');
        await sleep(5_000, undefined, { signal: life.signal, ref: false }).catch(() => {});
      }
    }
  })();

  const readiness = createReadiness({ database, temporal: { client, namespace: temporal.namespace } });
  const secretBox = createSecretBox(secretsKey, config.earlierKeys);
  const webhooks = observeWebhooks(createWebhookSender(config), { registry, tracer: observability.tracer });
  const api = await startApi({ config, database, client, secretBox, webhooks, logger, readiness, observability });
  life.add('api', api.close);
  logger.info({ host: config.host, port: config.port }, 'the API is listening');
});
