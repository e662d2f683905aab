import { join } from 'node:path';
import { sessionWorkflowId, sessionWorkflowType } from '../../src/workflows/identifiers';
import { inParallel } from '../../test/faults/in-parallel';
import { type BaselineWorker, startBaselineWorker } from '../baselines/start-worker';
import { type BenchForm, makeChannel, makeRule, newIds } from '../forms/bench-form';
import { type OwnWorker, startOwnWorker } from '../forms/own-worker';
import { allHandled, type Receiver, signalMessage } from '../load/signals';
import { clients, messageOf } from '../load/trace';

const warmUpSessions = 50;

/** Kilobytes of heap for each workflow that a worker keeps in its cache. */
export type CachedHeap = { service: number; bare: number };

/**
 * The service's own worker and that of the baselines, each on a task queue of its own, before and after so many sessions have
 * been opened.
 *
 * @param baselineBundle the file with the workflow code of the baselines
 */
export async function measureHeap(form: BenchForm, baselineBundle: string, sessions: number): Promise<CachedHeap> {
  const { installation } = form;
  const { temporalAddress: address, namespace } = installation;
  const channelId = await makeChannel(form);
  await makeRule(form, channelId, 86_400);

  const service = 'bench-heap';
  const ours = await startOwnWorker(installation, service, observedEnvironment, observedArguments);
  const serviceKb = await perSession(form, observe(ours), sessions, (id) => ({
    ...{ workflowId: sessionWorkflowId(channelId, id), workflowType: sessionWorkflowType, taskQueue: service },
  }));
  const bare = 'bench-heap-bare';
  const floor = await startBaselineWorker(
    { address, namespace, taskQueue: bare, codePath: baselineBundle },
    { environment: observedEnvironment, execArgv: observedArguments },
  );
  const bareKb = await perSession(form, observe(floor), sessions, (id) => ({
    ...{ workflowId: `bareSession/${id}`, workflowType: 'bareSession', taskQueue: bare },
  }));
  return { service: serviceKb, bare: bareKb };
}

// The sessions of a worker live in a thread of their own, unless it is to be debugged: then the heap is that of the process.
const observedEnvironment = { TEMPORAL_DEBUG: '1' };
const observedArguments = ['--expose-gc', '-r', join(__dirname, 'report-heap.cjs')];

/** A worker that says how much heap it has after its garbage was collected. */
type ObservedWorker = { heapBytes(): Promise<number>; stop(): Promise<void> };

async function perSession(
  { installation: { client } }: BenchForm,
  worker: ObservedWorker,
  sessions: number,
  receiverOf: (id: string) => Receiver,
): Promise<number> {
  try {
    const open = async (ids: readonly string[]) => {
      const receivers = ids.map(receiverOf);
      await inParallel(receivers, clients, (receiver) => signalMessage(client, receiver, messageOf(0, Date.now())));
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

const observe = ({ child, ended, stop }: BaselineWorker | OwnWorker): ObservedWorker => ({
  stop,
  heapBytes: () =>
    Promise.race([
      ended.then(() => Promise.reject(new Error('The worker has ended.'))),
      new Promise<number>((resolve) => {
        child.once('message', (bytes) => resolve(bytes as number));
        child.send('heap');
      }),
    ]),
});
