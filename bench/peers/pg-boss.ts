import { clients } from '../load/trace';
import { requirePackage } from './packages';
import type { StartPeer } from './peer';

type Job = { data: { sessionId: string } };
type Boss = {
  on(event: 'error', listener: (error: Error) => void): void;
  start(): Promise<unknown>;
  createQueue(name: string): Promise<void>;
  send(name: string, data: Job['data'], options: { startAfter: Date }): Promise<string | null>;
  deleteJob(name: string, id: string): Promise<unknown>;
  work(
    name: string,
    options: { pollingIntervalSeconds: number; batchSize: number },
    handler: (jobs: Job[]) => Promise<void>,
  ): Promise<unknown>;
  stop(options: { graceful: boolean }): Promise<void>;
};

const queue = 'followups';

/** pg-boss as its documentation has it (https://timgit.github.io/pg-boss/): a job that is replaced is deleted first. */
export const startPgBoss =
  (pollingIntervalSeconds: number): StartPeer =>
  async (url, onDue) => {
    const PgBoss = requirePackage('pg-boss') as new (options: { connectionString: string; max: number }) => Boss;
    const boss = new PgBoss({ connectionString: url, max: clients });
    let stopped = false;
    // Connections that outlive `stop` say that their database is gone.
    boss.on('error', (error) => {
      if (!stopped) console.error(error.message);
    });
    await boss.start();
    await boss.createQueue(queue);
    await boss.work(queue, { pollingIntervalSeconds, batchSize: 100 }, async (jobs) => {
      for (const { data } of jobs) onDue(data.sessionId);
    });
    const jobs = new Map<string, string>();
    const cancel = async (sessionId: string) => {
      const id = jobs.get(sessionId);
      jobs.delete(sessionId);
      if (id !== undefined) await boss.deleteJob(queue, id);
    };
    return {
      async schedule(sessionId, dueAtMs) {
        await cancel(sessionId);
        const id = await boss.send(queue, { sessionId }, { startAfter: new Date(dueAtMs) });
        if (id !== null) jobs.set(sessionId, id);
      },
      cancel,
      stop() {
        stopped = true;
        return boss.stop({ graceful: false });
      },
    };
  };
