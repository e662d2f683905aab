import { clients } from '../load/trace';
import { requirePackage } from './packages';
import type { Peer } from './peer';

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

/** One of its instances. @param works whether it also looks after queues: one that only sends need not */
async function start(url: string, works: boolean): Promise<{ boss: Boss; stop(): Promise<void> }> {
  const PgBoss = requirePackage('pg-boss') as new (options: object) => Boss;
  const boss = new PgBoss({ connectionString: url, max: clients, supervise: works, schedule: works });
  let stopped = false;
  // Connections that outlive `stop` say that their database is gone.
  boss.on('error', (error) => {
    if (!stopped) console.error(error.message);
  });
  await boss.start();
  await boss.createQueue(queue);
  const stop = () => {
    stopped = true;
    return boss.stop({ graceful: false });
  };
  return { boss, stop };
}

/** pg-boss as its documentation has it (https://timgit.github.io/pg-boss/): a job that is replaced is deleted first. */
export const pgBoss = (pollingIntervalSeconds: number): Peer => ({
  package: true,
  async connect(url) {
    const { boss, stop } = await start(url, false);
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
      stop,
    };
  },
  async work(url, onDue) {
    const { boss, stop } = await start(url, true);
    await boss.work(queue, { pollingIntervalSeconds, batchSize: 100 }, async (jobs) => {
      await Promise.all(jobs.map(({ data }) => onDue(data.sessionId)));
    });
    return { stop };
  },
});
