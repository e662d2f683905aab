import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { freePort } from '../../../src/embedded/ports';
import { builtRepository } from '../../support/build';
import { createTestDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { type RunningScript, runProcess } from '../../support/processes';

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire has no type; tests say what they expect of it.
type Json = any;

/** The service as an operator runs it: an API and a worker as processes, with a database of their own. */
export type Parts = {
  adminKey: string;
  taskQueue: string;
  databaseUrl: string;
  /** Of the API that runs. */
  baseUrl(): string;
  /** Starts both, with these settings in place of the usual ones, and waits until they are ready. */
  start(settings?: NodeJS.ProcessEnv): Promise<void>;
  /** Starts one of them, and waits for nothing. */
  run(program: 'server' | 'worker', settings?: NodeJS.ProcessEnv): Promise<RunningScript & { port: number }>;
  /** Stops both in order. */
  stop(): Promise<void>;
  /** Calls the API with the admin key. @throws Error unless the status is as expected */
  call(status: number, method: string, path: string, body?: unknown): Promise<Json>;
  /** What the programs have written since the beginning. */
  output(): string;
  /** Ends everything at once, and drops the database. */
  end(): Promise<void>;
};

export async function createParts(): Promise<Parts> {
  const root = builtRepository();
  const { url: databaseUrl, drop } = await createTestDatabase();
  const adminKey = `fup_${randomBytes(32).toString('base64url')}`;
  const taskQueue = `security-${randomUUID()}`;
  const usual: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS,
    TEMPORAL_TASK_QUEUE: taskQueue,
    TEMPORAL_UI_URL: 'http://127.0.0.1:8233',
    SECRETS_KEY: randomBytes(32).toString('base64'),
    ADMIN_API_KEY: adminKey,
    EGRESS_ALLOW: '127.0.0.0/8',
    LOG_LEVEL: 'debug',
    LOG_FORMAT: 'json',
  };
  const all: RunningScript[] = [];
  let running: RunningScript[] = [];
  let baseUrl = '';

  const run: Parts['run'] = async (program, settings = {}) => {
    const port = await freePort();
    const env = { ...usual, PORT: `${port}`, WORKER_HEALTH_PORT: `${port}`, ...settings };
    const started = runProcess(process.execPath, [join(root, 'dist', `${program}.js`)], env, root);
    all.push(started);
    running.push(started);
    if (program === 'server') baseUrl = `http://127.0.0.1:${port}`;
    return Object.assign(started, { port });
  };

  return {
    ...{ adminKey, taskQueue, databaseUrl, run },
    baseUrl: () => baseUrl,
    async start(settings) {
      for (const part of [await run('worker', settings), await run('server', settings)]) {
        await eventually(
          'A part that is ready',
          async () => {
            const response = await fetch(`http://127.0.0.1:${part.port}/readyz`).catch(() => null);
            if (response?.status !== 200) throw new Error(part.output());
            return true;
          },
          60_000,
        );
      }
    },
    async stop() {
      for (const { child } of running) child.kill('SIGTERM');
      await Promise.all(running.map(({ ended }) => ended));
      running = [];
    },
    async call(status, method, path, body) {
      const response = await fetch(baseUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${adminKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status !== status) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return text === '' ? null : JSON.parse(text);
    },
    output: () => all.map((each) => each.output()).join('\n'),
    async end() {
      for (const { child } of running) child.kill('SIGKILL');
      await Promise.all(running.map(({ ended }) => ended));
      await drop();
    },
  };
}
