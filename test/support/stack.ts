import { randomBytes, randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client } from '@temporalio/client';
import { DefaultLogger, type NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import pino from 'pino';
import { createApp } from '../../src/api/app';
import { createEventFeed } from '../../src/api/event-feed';
import type { Database } from '../../src/db/client';
import { createFencePool } from '../../src/db/fence-pool';
import { ensureAdminKey } from '../../src/db/queries/api-keys';
import { createWebhookSender, type WebhookSender } from '../../src/gateway/send-webhook';
import { createSecretBox, type SecretBox } from '../../src/secret-box';
import { connectClient, connectWorker } from '../../src/temporal/connection';
import { registerSearchAttributes } from '../../src/temporal/register';
import { createPlanRollouts, createSessionGateway } from '../../src/temporal/session-client';
import { createSessionWorker } from '../../src/temporal/session-worker';
import { createTestDatabase } from './database';
import { startGateway, type TestGateway } from './gateway';

Runtime.install({ logger: new DefaultLogger('ERROR') });

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire has no type; tests say what they expect of it.
type Json = any;
export type Answered = { status: number; headers: Headers; body: Json };

/** The service's real parts, together in one process: API, worker, database, Temporal, gateway. */
export type Stack = {
  database: Database;
  databaseUrl: string;
  client: Client;
  namespace: string;
  taskQueue: string;
  secretBox: SecretBox;
  /** What a worker in a process of its own is started with. */
  workerEnvironment: NodeJS.ProcessEnv;
  gateway: TestGateway;
  /** How long sessions are parked at most; null: they are lazy. */
  parkMs: number | null;
  /** Sends for the workers that are started from here on. */
  webhooks: WebhookSender;
  baseUrl: string;
  adminKey: string;
  /** Calls the API with the admin key. */
  call(method: string, path: string, body?: unknown): Promise<Answered>;
  /** The same, and throws unless the status is as expected. */
  expect(status: number, method: string, path: string, body?: unknown): Promise<Json>;
  startWorker(): Promise<RunningWorker>;
  stop(): Promise<void>;
};

export type RunningWorker = { stop(): Promise<void> };

export type StackOptions = {
  /** false leaves the worker to the test. */
  worker?: boolean;
  webhooks?: WebhookSender;
  /** Another Temporal server than the one that all tests share. */
  temporalAddress?: string;
  /** Where the built console is; none: there is no console. */
  consoleDir?: string;
  /** How long sessions are parked at most; default: TEST_PARK_MS, by which whole suites run with it, else never. */
  parkMs?: number;
};

/** Starts the parts. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const address = options.temporalAddress ?? process.env.TEST_TEMPORAL_ADDRESS;
  const workflowBundlePath = process.env.TEST_WORKFLOW_BUNDLE;
  if (!address || !workflowBundlePath)
    throw new Error('The test servers are not running: start the tests with npm test.');
  const target = { address, namespace: 'default', taskQueue: `test-${randomUUID()}` };
  const logger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });
  const { url: databaseUrl, database, drop } = await createTestDatabase();
  const fences = createFencePool(databaseUrl, 10);
  const { client, close } = await connectClient(target);
  await registerSearchAttributes(client, target.namespace);
  const secretsKey = randomBytes(32);
  const secretBox = createSecretBox(secretsKey);
  const gateway = await startGateway();
  const adminKey = `test-admin-${randomUUID()}`;
  await ensureAdminKey(database, adminKey);

  const parkMs = options.parkMs ?? (process.env.TEST_PARK_MS ? Number(process.env.TEST_PARK_MS) : null);
  const webhooks = options.webhooks ?? createWebhookSender({ egressAllow: ['127.0.0.0/8'] });
  const events = createEventFeed({ database, logger });
  const app = createApp({
    database,
    events,
    sessions: createSessionGateway({ client, ...target, parked: parkMs !== null }),
    rollouts: createPlanRollouts({ client, ...target }),
    secretBox,
    webhooks,
    rateLimits: { requestsPerSecond: 0, eventsPerSecond: 0 },
    logger,
    publicUrl: 'http://127.0.0.1:3000',
    temporalUi: { baseUrl: 'http://127.0.0.1:8233', namespace: target.namespace },
    about: { version: '1.2.3', temporal: { address, taskQueue: target.taskQueue } },
    readiness: async () => ({}),
    clock: Date.now,
    consoleDir: options.consoleDir ?? null,
  });
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const workers: { worker: Worker; connection: NativeConnection; done: Promise<void> }[] = [];
  const stopWorker = async (running: (typeof workers)[number]) => {
    workers.splice(workers.indexOf(running), 1);
    if (running.worker.getState() === 'RUNNING') running.worker.shutdown();
    await running.done;
    await running.connection.close();
  };
  const startWorker = async (): Promise<RunningWorker> => {
    const connection = await connectWorker(target);
    const worker = await createSessionWorker({
      connection,
      namespace: target.namespace,
      taskQueue: target.taskQueue,
      workflowBundlePath,
      parkMs,
      database,
      fences,
      client,
      secretBox,
      webhooks: stack.webhooks,
      publicUrl: baseUrl,
      logger,
    });
    const running = { worker, connection, done: worker.run() };
    workers.push(running);
    return { stop: () => stopWorker(running) };
  };
  const stack: Stack = {
    database,
    databaseUrl,
    client,
    namespace: target.namespace,
    taskQueue: target.taskQueue,
    secretBox,
    workerEnvironment: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_TASK_QUEUE: target.taskQueue,
      SECRETS_KEY: secretsKey.toString('base64'),
      EGRESS_ALLOW: '127.0.0.0/8',
      ...(parkMs === null ? {} : { SESSION_MODE: 'parked', SESSION_PARK_SECONDS: String(Math.ceil(parkMs / 1_000)) }),
    },
    gateway,
    parkMs,
    webhooks,
    baseUrl,
    adminKey,
    async call(method, path, body) {
      const response = await fetch(baseUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${adminKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
    },
    async expect(status, method, path, body) {
      const answered = await stack.call(method, path, body);
      if (answered.status !== status) {
        throw new Error(
          `${method} ${path} answered ${answered.status}, not ${status}: ${JSON.stringify(answered.body)}`,
        );
      }
      return answered.body;
    },
    startWorker,
    async stop() {
      await Promise.all([...workers].map(stopWorker));
      events.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await gateway.close();
      await close();
      await fences.end();
      await drop();
    },
  };
  if (options.worker !== false) await startWorker();
  return stack;
}
