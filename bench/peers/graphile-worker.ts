import postgres from 'postgres';
import { clients } from '../load/trace';
import { requirePackage } from './packages';
import type { Peer } from './peer';

type Payload = { sessionId: string };
type Shared = { connectionString: string; maxPoolSize: number; logger: unknown };
type Utils = {
  migrate(): Promise<void>;
  addJob(task: string, payload: Payload, options: { jobKey: string; runAt: Date }): Promise<unknown>;
  release(): Promise<void>;
};
type Graphile = {
  makeWorkerUtils(options: Shared): Promise<Utils>;
  run(
    options: Shared & {
      concurrency: number;
      pollInterval: number;
      noHandleSignals: boolean;
      taskList: Record<string, (payload: Payload) => Promise<void>>;
    },
  ): Promise<{ stop(): Promise<void> }>;
  Logger: new (factory: () => () => void) => unknown;
};

const task = 'followup';

function graphile(connectionString: string): Graphile & { shared: Shared } {
  const { makeWorkerUtils, run, Logger } = requirePackage('graphile-worker') as Graphile;
  const shared = { connectionString, maxPoolSize: clients, logger: new Logger(() => () => {}) };
  return { makeWorkerUtils, run, Logger, shared };
}

/** graphile-worker as its documentation has it (https://worker.graphile.org): a job of the same key is replaced. */
export const graphileWorker = (pollInterval: number): Peer => ({
  package: true,
  async connect(url) {
    const { makeWorkerUtils, shared } = graphile(url);
    const sql = postgres(url, { max: clients, onnotice: () => {} });
    const utils = await makeWorkerUtils(shared);
    await utils.migrate();
    return {
      async schedule(sessionId, dueAtMs) {
        await utils.addJob(task, { sessionId }, { jobKey: sessionId, runAt: new Date(dueAtMs) });
      },
      async cancel(sessionId) {
        await sql`select graphile_worker.remove_job(${sessionId})`;
      },
      async stop() {
        await utils.release();
        await sql.end();
      },
    };
  },
  work(url, onDue) {
    const { run, shared } = graphile(url);
    const taskList = { [task]: ({ sessionId }: Payload) => onDue(sessionId) };
    return run({ ...shared, concurrency: clients, pollInterval, noHandleSignals: true, taskList });
  },
});
