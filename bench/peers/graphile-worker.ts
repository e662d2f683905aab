import postgres from 'postgres';
import { clients } from '../load/trace';
import { requirePackage } from './packages';
import type { StartPeer } from './peer';

type Payload = { sessionId: string };
type Runner = {
  addJob(task: string, payload: Payload, options: { jobKey: string; runAt: Date }): Promise<unknown>;
  stop(): Promise<void>;
};
type Graphile = {
  run(options: {
    connectionString: string;
    maxPoolSize: number;
    concurrency: number;
    pollInterval: number;
    noHandleSignals: boolean;
    logger: unknown;
    taskList: Record<string, (payload: Payload) => Promise<void>>;
  }): Promise<Runner>;
  Logger: new (factory: () => () => void) => unknown;
};

const task = 'followup';

/** graphile-worker as its documentation has it (https://worker.graphile.org): a job of the same key is replaced. */
export const startGraphileWorker =
  (pollInterval: number): StartPeer =>
  async (url, onDue) => {
    const { run, Logger } = requirePackage('graphile-worker') as Graphile;
    const sql = postgres(url, { max: clients, onnotice: () => {} });
    const runner = await run({
      ...{ connectionString: url, maxPoolSize: clients, concurrency: clients, pollInterval, noHandleSignals: true },
      logger: new Logger(() => () => {}),
      taskList: { [task]: async ({ sessionId }) => onDue(sessionId) },
    });
    return {
      async schedule(sessionId, dueAtMs) {
        await runner.addJob(task, { sessionId }, { jobKey: sessionId, runAt: new Date(dueAtMs) });
      },
      async cancel(sessionId) {
        await sql`select graphile_worker.remove_job(${sessionId})`;
      },
      async stop() {
        await runner.stop();
        await sql.end();
      },
    };
  };
