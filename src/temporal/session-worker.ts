import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { type ActivityInterceptorsFactory, type NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from '../activities';
import type { Database } from '../db/client';
import type { FencePool } from '../db/fence-pool';
import type { WebhookSender } from '../gateway/send-webhook';
import type { SecretBox } from '../secret-box';
import { askSession } from './ask-session';
import { dataConverterWith } from './payload-codec';
import { isWorkflowRunning } from './reconcile-schedule';
import { createPlanAnnouncer, createPlanRollouts } from './session-client';

export type SessionWorkerDeps = {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  /** Encrypt what is sent to Temporal, the newest first; none: nothing is encrypted. */
  payloadKeys?: readonly Buffer[];
  /** The workflow code, bundled by the build. */
  workflowBundlePath: string;
  database: Database;
  /** A pool of its own for the fences of sends. */
  fences: FencePool;
  client: Client;
  secretBox: SecretBox;
  webhooks: WebhookSender;
  /** Where the API is reached from outside, for links; without a slash at the end. */
  publicUrl: string;
  /** How long sessions are parked at most; null: they are lazy. */
  parkMs: number | null;
  logger: Logger;
  /** What looks on at activities. */
  activityInterceptors?: ActivityInterceptorsFactory[];
};

/**
 * How long the workflow code of one task may run. The SDK's own five seconds are too few for the ten thousand signals that
 * can wait for a worker, on a machine that is busy: what it cuts off there can end the whole process, with every other
 * session of it, and does so again after each start. The server gives a task up on its own. It is not among the SDK's
 * public options: a test holds it to what is used here.
 */
const unexposed = { isolateExecutionTimeout: '60 seconds' };

/** Sends at once, at most. Each holds a connection of the fences' pool for a moment. */
const concurrentSends = 100;

/**
 * What names the workflow code that a worker runs: its digest, short, since the server writes it into two events of each
 * task. The SDK's own name for it is 91 bytes, and was a quarter of a session's history.
 */
const buildIdOf = (workflowBundlePath: string): string =>
  createHash('sha256').update(readFileSync(workflowBundlePath)).digest('hex').slice(0, 12);

/** A worker for sessions and their activities. It begins to poll when it is run. */
export function createSessionWorker(deps: SessionWorkerDeps): Promise<Worker> {
  const { client } = deps;
  return Worker.create({
    connection: deps.connection,
    namespace: deps.namespace,
    taskQueue: deps.taskQueue,
    dataConverter: dataConverterWith(deps.payloadKeys ?? []),
    workflowBundle: { codePath: deps.workflowBundlePath },
    workerDeploymentOptions: {
      version: { deploymentName: 'followups', buildId: buildIdOf(deps.workflowBundlePath) },
      useWorkerVersioning: false,
    },
    activities: createActivities({
      database: deps.database,
      fences: deps.fences,
      webhooks: deps.webhooks,
      secretBox: deps.secretBox,
      publicUrl: deps.publicUrl,
      logger: deps.logger,
      now: Date.now,
      askSession: (run, input) => askSession(client, run, input),
      announcePlan: createPlanAnnouncer({ client, namespace: deps.namespace }),
      startRollouts: createPlanRollouts({ client, namespace: deps.namespace, taskQueue: deps.taskQueue }).start,
      isRunning: (workflowId) => isWorkflowRunning(client, workflowId),
      parkMs: deps.parkMs,
    }),
    interceptors: { activity: deps.activityInterceptors ?? [] },
    maxConcurrentActivityTaskExecutions: concurrentSends,
    ...unexposed,
    // A question to a session whose worker was killed waits this long before another worker gets it.
    stickyQueueScheduleToStartTimeout: '2 seconds',
    // Longer than a request to a gateway may take, so that sends under way finish.
    shutdownGraceTime: '11 seconds',
    shutdownForceTime: '11500 milliseconds',
  });
}
