import { clients } from '../load/trace';
import { requirePackage } from './packages';
import type { Peer } from './peer';
import { startRedis } from './redis';

type Job = { data: { sessionId: string } };
type Emitter = Record<'on' | 'once', (event: 'error', listener: (error: Error) => void) => void>;
type Queue = Emitter & {
  add(name: string, data: Job['data'], options: { jobId: string; delay: number }): Promise<unknown>;
  remove(jobId: string): Promise<unknown>;
  close(): Promise<void>;
};
type Worker = Emitter & { close(force: boolean): Promise<void> };
type BullMq = {
  Queue: new (name: string, options: object, ...backend: unknown[]) => Queue;
  Worker: new (name: string, run: (job: Job) => Promise<void>, options: object, ...backend: unknown[]) => Worker;
  createPostgresBackend: unknown;
};

/** Where jobs are kept, as the constructors of BullMQ take it. */
type Store = { connection: object; backend: unknown[] };

const name = 'followups';

/** BullMQ as its documentation has it (https://docs.bullmq.io): a delayed job that is replaced is removed first. */
function bullMq(storeOf: (url: string, bull: BullMq) => Store): Pick<Peer, 'package' | 'connect' | 'work'> {
  return {
    package: true,
    async connect(url) {
      const bull = requirePackage('bullmq') as BullMq;
      const { connection, backend } = storeOf(url, bull);
      const queue = new bull.Queue(name, { connection, defaultJobOptions: { removeOnComplete: true } }, ...backend);
      // Connections that outlive `close` say that their database is gone.
      queue.on('error', () => {});
      const cancel = async (sessionId: string) => {
        await queue.remove(sessionId);
      };
      return {
        async schedule(sessionId, dueAtMs) {
          await cancel(sessionId);
          await queue.add(name, { sessionId }, { jobId: sessionId, delay: Math.max(0, dueAtMs - Date.now()) });
        },
        cancel,
        stop: () => queue.close(),
      };
    },
    async work(url, onDue) {
      const bull = requirePackage('bullmq') as BullMq;
      const { connection, backend } = storeOf(url, bull);
      const run = ({ data }: Job) => onDue(data.sessionId);
      const worker = new bull.Worker(name, run, { connection, concurrency: clients }, ...backend);
      // One that cannot work says so again and again.
      worker.once('error', (error) => console.error(error.message));
      worker.on('error', () => {});
      return { stop: () => worker.close(true) };
    },
  };
}

export const bullMqOnPostgres: Peer = bullMq((connectionString, { createPostgresBackend }) => ({
  connection: { connectionString, migrate: true },
  backend: [createPostgresBackend],
}));

/** With a Redis of its own, as Debian's package has it; throws where there is none. */
export const bullMqOnRedis: Peer = {
  ...bullMq((url) => {
    const { hostname: host, port } = new URL(url);
    return { connection: { host, port: Number(port), maxRetriesPerRequest: null }, backend: [] };
  }),
  serve: startRedis,
};
