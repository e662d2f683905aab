import { createSignInCode } from './api/console-session/sign-in-code';
import { connectDatabase } from './db/client';
import { createFencePool } from './db/fence-pool';
import { migrateDatabase } from './db/migrate-database';
import { lockDataDir } from './embedded/data-lock';
import { requirePort } from './embedded/ports';
import { step } from './embedded/progress';
import { readOrMakeSecretsKey } from './embedded/secrets-files';
import { createWebhookSender } from './gateway/send-webhook';
import { observeWebhooks } from './observability/observe-webhooks';
import { provideAdminKey } from './parts/admin-key';
import { runPart } from './parts/lifecycle';
import { createObservability } from './parts/observability';
import { keepTrying } from './parts/patience';
import { createReadiness } from './parts/readiness';
import { readyBlock } from './parts/ready-block';
import { startApi } from './parts/start-api';
import { startServers } from './parts/start-servers';
import { startWorker } from './parts/start-worker';
import { installTemporalRuntime } from './parts/temporal-runtime';
import { createSecretBox } from './secret-box';
import { connectClient, connectWorker } from './temporal/connection';
import { ensureReconcileSchedule } from './temporal/reconcile-schedule';
import { registerSearchAttributes } from './temporal/register';

/** After a crash sessions have much to catch up on, and everything else is slow meanwhile. */
const answersWithinMs = 30_000;

/** `npm start`: PostgreSQL, Temporal, migrations, a worker and the API in one terminal. */
runPart('all', async ({ config, logger, life }) => {
  const say = (line: string) => console.log(line);
  const goOn = () => life.signal.throwIfAborted();

  const lock = await lockDataDir(config.dataDir);
  life.add('lock', lock.release);
  // Before anything is started for it.
  await requirePort(config.port, 'PORT', 'the API', config.host);
  const secretsKey = config.secretsKey ?? readOrMakeSecretsKey(config.dataDir);

  const servers = await startServers(config, logger, life, say);
  goOn();
  // After the servers' search for a program, which may use a runtime of the SDK for a moment.
  const sdkMetricsPort = await installTemporalRuntime(logger);
  const observability = createObservability({ part: 'all', tracing: config.tracing, logger, sdkMetricsPort });
  life.add('traces', observability.close);
  const { registry } = observability.exposition;
  const temporal = { ...config.temporal, address: servers.temporalAddress, embedded: servers.temporalEmbedded };

  await step(say, 'Migrating the database', () => migrateDatabase(servers.databaseUrl));
  goOn();
  const database = connectDatabase(servers.databaseUrl, { max: 20, applicationName: 'followups' });
  life.add('database', () => database.end());
  const fences = createFencePool(servers.databaseUrl, 20);
  life.add('fences', () => fences.end());
  const admin = await keepTrying('The database does not answer', answersWithinMs, life.signal, () =>
    provideAdminKey(config, database),
  );

  const { client, close } = await step(say, 'Connecting to Temporal', () => connectClient(temporal));
  life.add('temporal', close);
  await step(say, 'Registering search attributes', () => registerSearchAttributes(client, temporal.namespace));
  await ensureReconcileSchedule(client, temporal.taskQueue);
  const connection = await connectWorker(temporal);
  life.add('worker connection', () => connection.close());
  goOn();

  const secretBox = createSecretBox(secretsKey, config.earlierKeys);
  const webhooks = observeWebhooks(createWebhookSender(config), { registry, tracer: observability.tracer });
  let polls = () => false;
  const readiness = createReadiness({
    ...{ database, temporal: { client, namespace: temporal.namespace } },
    worker: () => polls(),
  });
  const api = await startApi({
    config: { ...config, temporal },
    database,
    client,
    secretBox,
    webhooks,
    logger,
    readiness,
    observability,
  });
  life.add('api', api.close);
  const worker = await step(say, 'Starting the worker', () =>
    startWorker(
      {
        ...{ connection, namespace: temporal.namespace, taskQueue: temporal.taskQueue, client },
        payloadKeys: temporal.payloadKeys,
        parkMs: temporal.parkMs,
        publicUrl: config.publicUrl,
        ...{ database, fences, secretBox, webhooks, logger },
      },
      observability,
      (error) => life.fail(`the worker ended: ${error instanceof Error ? error.message : String(error)}`),
    ),
  );
  life.add('worker', worker.stop);
  polls = worker.polls;

  const signInCode = await keepTrying('Not everything answers', answersWithinMs, life.signal, async () => {
    const checks = Object.entries(await readiness());
    const missing = checks.filter(([, { ok }]) => !ok).map(([name, { detail }]) => detail ?? name);
    if (missing.length > 0) throw new Error(missing.join('; '));
    // Made last: its time runs from when somebody can read it.
    return createSignInCode(database, admin.keyId);
  });
  goOn();
  say(readyBlock(config, { adminKey: admin.where, signInCode }));
});
