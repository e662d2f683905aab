import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import { traceSends } from '../observability/trace-activities';
import { measureActivities } from '../observability/worker-metrics';
import { createSessionWorker, type SessionWorkerDeps } from '../temporal/session-worker';
import type { Observability } from './observability';

/** Sends under way finish within this time; a request to a gateway takes ten seconds at most. */
const drainWithinMs = 11_500;

export interface RunningWorker {
  /** Whether it asks Temporal for work. */
  polls(): boolean;
  /** Takes no new work and waits for what is under way. */
  stop(): Promise<void>;
}

/** Where the build puts the workflow code. */
const workflowBundlePath = join(__dirname, '..', 'workflow-bundle.js');

/**
 * Starts a worker for sessions.
 *
 * @param onFailure told when it ends without being told to
 * @throws when the workflow code was not built
 */
export async function startWorker(
  deps: Omit<SessionWorkerDeps, 'workflowBundlePath' | 'activityInterceptors'>,
  { exposition, tracer }: Pick<Observability, 'exposition' | 'tracer'>,
  onFailure: (error: unknown) => void,
): Promise<RunningWorker> {
  if (!existsSync(workflowBundlePath)) {
    throw new Error(`The workflow code is not built (${workflowBundlePath} is missing). Build it: npm run build`);
  }
  const worker = await createSessionWorker({
    ...{ ...deps, workflowBundlePath },
    activityInterceptors: [traceSends(tracer), measureActivities(exposition.registry)],
  });
  let stopping = false;
  const done = worker.run().then(
    () => {
      if (!stopping) onFailure(new Error('the worker ended by itself'));
    },
    (error: unknown) => {
      if (!stopping) onFailure(error);
    },
  );
  const polls = () => worker.getState() === 'RUNNING';
  await untilItPolls(worker);
  return {
    polls,
    async stop() {
      stopping = true;
      if (polls()) worker.shutdown();
      await Promise.race([done, sleep(drainWithinMs, undefined, { ref: false })]);
    },
  };
}

/** The worker says "running" only once Core has accepted its configuration; that takes some milliseconds. */
async function untilItPolls(worker: Worker): Promise<void> {
  while (worker.getState() === 'INITIALIZED') await sleep(5);
}
