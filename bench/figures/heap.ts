import { join } from 'node:path';
import { sessionWorkflowId, sessionWorkflowType } from '../../src/workflows/identifiers';
import { inParallel } from '../../test/faults/in-parallel';
import type { Installation } from '../../test/faults/installation/installation';
import { type BenchForm, makeChannel, makeRule, newIds } from '../forms/bench-form';
import { startOwnWorker } from '../forms/own-worker';
import { allHandled, signalMessage } from '../load/signals';
import { clients, messageOf } from '../load/trace';

const taskQueue = 'bench-heap';
const warmUpSessions = 50;

/**
 * Kilobytes of heap for each session that a worker keeps in its cache: the service's own worker, on a task queue of its
 * own, before and after so many sessions have been opened.
 */
export async function measureHeap(form: BenchForm, sessions: number): Promise<number> {
  const { client } = form.installation;
  const channelId = await makeChannel(form);
  await makeRule(form, channelId, 86_400);
  const worker = await startObservedWorker(form.installation);
  try {
    const open = async (ids: readonly string[]) => {
      const receivers = ids.map((id) => ({ workflowId: sessionWorkflowId(channelId, id), taskQueue }));
      await inParallel(receivers, clients, (receiver) =>
        signalMessage(client, { ...receiver, workflowType: sessionWorkflowType }, messageOf(0, Date.now())),
      );
      await allHandled(
        client,
        receivers.map(({ workflowId }) => workflowId),
      );
    };
    await open(newIds(warmUpSessions));
    const before = await worker.heapBytes();
    await open(newIds(sessions));
    return ((await worker.heapBytes()) - before) / sessions / 1_024;
  } finally {
    await worker.stop();
  }
}

/** A worker that says how much heap it has after its garbage was collected. */
async function startObservedWorker(installation: Installation) {
  // The sessions of a worker live in a thread of their own, unless it is to be debugged: then the heap is that of the process.
  const { child, ended, stop } = await startOwnWorker(installation, taskQueue, { TEMPORAL_DEBUG: '1' }, [
    '--expose-gc',
    '-r',
    join(__dirname, 'report-heap.cjs'),
  ]);
  return {
    stop,
    heapBytes: () =>
      Promise.race([
        ended,
        new Promise<number>((resolve) => {
          child.once('message', (bytes) => resolve(bytes as number));
          child.send('heap');
        }),
      ]),
  };
}
