import { connectDatabase } from './db/client';
import { createFencePool } from './db/fence-pool';
import { createWebhookSender } from './gateway/send-webhook';
import { observeWebhooks } from './observability/observe-webhooks';
import { startHealthServer } from './parts/health-server';
import { runPart } from './parts/lifecycle';
import { createObservability } from './parts/observability';
import { keepTrying } from './parts/patience';
import { createReadiness } from './parts/readiness';
import { startWorker } from './parts/start-worker';
import { installTemporalRuntime } from './parts/temporal-runtime';
import { createSecretBox } from './secret-box';
import { connectClient, connectWorker } from './temporal/connection';
import { ensureReconcileSchedule } from './temporal/reconcile-schedule';
import { registerSearchAttributes } from './temporal/register';

/** How long a worker waits for the servers it needs; then whoever runs it is told by its exit. */
const patienceMs = 30_000;

/** `npm run start:worker`: a worker alone, of which any number may run. */
runPart('worker', async ({ config, logger, life }) => {
  const { databaseUrl, secretsKey, temporal, host, workerHealthPort } = config;
  if (databaseUrl === null || secretsKey === null) throw new Error('DATABASE_URL and SECRETS_KEY are needed.');
  const sdkMetricsPort = await installTemporalRuntime(logger);
  const observability = createObservability({ part: 'worker', tracing: config.tracing, logger, sdkMetricsPort });
  life.add('traces', observability.close);
  const { exposition, tracer } = observability;
  const webhooks = observeWebhooks(createWebhookSender(config), { registry: exposition.registry, tracer });

  const database = connectDatabase(databaseUrl, { max: 15, applicationName: 'followups-worker' });
  life.add('database', () => database.end());
  const fences = createFencePool(databaseUrl, 10);
  life.add('fences', () => fences.end());
  await keepTrying('The database does not answer', patienceMs, life.signal, () => database.sql`select 1`);

  const where = `Temporal at ${temporal.address} does not answer`;
  const { client, close } = await keepTrying(where, patienceMs, life.signal, () => connectClient(temporal));
  life.add('temporal', close);
  await keepTrying(`The namespace ${temporal.namespace} cannot be used`, patienceMs, life.signal, () =>
    registerSearchAttributes(client, temporal.namespace),
  );
  await keepTrying(where, patienceMs, life.signal, () => ensureReconcileSchedule(client, temporal.taskQueue));
  const connection = await keepTrying(where, patienceMs, life.signal, () => connectWorker(temporal));
  life.add('worker connection', () => connection.close());

  let polls = () => false;
  const readiness = createReadiness({
    ...{ database, temporal: { client, namespace: temporal.namespace } },
    worker: () => polls(),
  });
  const health = await startHealthServer({ host, port: workerHealthPort }, readiness, exposition);
  life.add('health', health.close);

  const worker = await startWorker(
    {
      ...{ connection, namespace: temporal.namespace, taskQueue: temporal.taskQueue, client },
      payloadKeys: temporal.payloadKeys,
      parkMs: temporal.parkMs,
      publicUrl: config.publicUrl,
      ...{ database, fences, secretBox: createSecretBox(secretsKey, config.earlierKeys), webhooks, logger },
    },
    observability,
    (error) => life.fail(`the worker ended: ${error instanceof Error ? error.message : String(error)}`),
  );
  life.add('worker', worker.stop);
  polls = worker.polls;
  logger.info({ taskQueue: temporal.taskQueue, healthPort: workerHealthPort }, 'the worker polls');
});
