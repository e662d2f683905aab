import pino from 'pino';
import { createFencePool } from '../../src/db/fence-pool';
import { connectWorker } from '../../src/temporal/connection';
import { createSessionWorker } from '../../src/temporal/session-worker';
import { type Stack, startStack } from '../support/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack?.stop());

it('gives the workflow code of one task a minute, where the SDK would cut it off after five seconds', async () => {
  const { namespace, taskQueue, workerEnvironment, database, client, secretBox, webhooks } = stack;
  const connection = await connectWorker({ address: workerEnvironment.TEMPORAL_ADDRESS ?? '', namespace, taskQueue });
  const fences = createFencePool(stack.databaseUrl, 1);
  try {
    const worker = await createSessionWorker({
      ...{ connection, namespace, taskQueue, database, fences, client, secretBox, webhooks },
      workflowBundlePath: process.env.TEST_WORKFLOW_BUNDLE ?? '',
      publicUrl: stack.baseUrl,
      parkMs: null,
      logger: pino({ level: 'silent' }),
    });
    // What the SDK made of the option, which is none of its public ones.
    expect(worker.options.isolateExecutionTimeoutMs).toBe(60_000);
    const done = worker.run();
    worker.shutdown();
    await done;
  } finally {
    await connection.close();
    await fences.end();
  }
});
