import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createBaselineActivities } from './activities';

/** What the process is given as JSON in its only argument. */
export type BaselineWorkerSettings = { address: string; namespace: string; taskQueue: string; codePath: string };

/** A worker of the baselines, with the settings that the service's own has. It prints a line when it polls. */
async function main({ address, namespace, taskQueue, codePath }: BaselineWorkerSettings): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    ...{ connection, namespace, taskQueue, workflowBundle: { codePath } },
    activities: createBaselineActivities(),
    maxConcurrentActivityTaskExecutions: 100,
    stickyQueueScheduleToStartTimeout: '2 seconds',
  });
  // Whoever started it went away, or is done.
  process.stdin.on('end', () => worker.shutdown()).resume();
  const done = worker.run();
  console.log('polls');
  await done;
  await connection.close();
}

main(JSON.parse(process.argv[2] ?? '') as BaselineWorkerSettings).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
