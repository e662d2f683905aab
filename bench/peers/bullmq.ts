import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/embedded/ports';
import { eventually } from '../../test/support/eventually';
import { clients } from '../load/trace';
import { requirePackage } from './packages';
import type { StartPeer } from './peer';

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

const name = 'followups';

/** BullMQ as its documentation has it (https://docs.bullmq.io): a delayed job that is replaced is removed first. */
async function startQueue(
  connection: unknown,
  onDue: (sessionId: string) => void,
  backend: (bull: BullMq) => unknown[],
) {
  const bull = requirePackage('bullmq') as BullMq;
  const options = { connection, defaultJobOptions: { removeOnComplete: true } };
  const queue = new bull.Queue(name, options, ...backend(bull));
  const worker = new bull.Worker(
    name,
    async ({ data }) => onDue(data.sessionId),
    { connection, concurrency: clients },
    ...backend(bull),
  );
  // One that cannot work says so again and again; and connections that outlive `close` say that their database is gone.
  worker.once('error', (error) => console.error(error.message));
  for (const emitter of [worker, queue]) emitter.on('error', () => {});
  const cancel = async (sessionId: string) => {
    await queue.remove(sessionId);
  };
  return {
    async schedule(sessionId: string, dueAtMs: number) {
      await cancel(sessionId);
      await queue.add(name, { sessionId }, { jobId: sessionId, delay: Math.max(0, dueAtMs - Date.now()) });
    },
    cancel,
    async stop() {
      await worker.close(true);
      await queue.close();
    },
  };
}

export const startBullMqOnPostgres: StartPeer = (url, onDue) =>
  startQueue({ connectionString: url, migrate: true }, onDue, ({ createPostgresBackend }) => [createPostgresBackend]);

/** With a Redis of its own, as Debian's package has it; throws where there is none. */
export const startBullMqOnRedis: StartPeer = async (_url, onDue) => {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'bench-redis-'));
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir], {
    stdio: ['ignore', 'pipe', 'ignore'],
    // Ctrl-C is for the bench, which stops it.
    detached: true,
  });
  const ended = once(server, 'exit');
  const failed = once(server, 'error').then(([error]) => {
    throw error;
  });
  let said = '';
  server.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await Promise.race([failed, eventually('Redis to be ready', () => said.includes('Ready to accept connections'))]);
  failed.catch(() => {});
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  const queue = await startQueue(connection, onDue, () => []);
  return {
    ...queue,
    async stop() {
      await queue.stop();
      server.kill();
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
