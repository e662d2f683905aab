import { randomUUID } from 'node:crypto';
import { inParallel } from '../in-parallel';
import { forms } from '../installation/installation';
import type { Judging, Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { killAll, startAll } from './support/all';
import { strayApi } from './support/stray-programs';

/** Temporal takes so many in one run. */
const signalsPerRun = 10_000;
/** By REST; the others are signalled straight to Temporal, which is faster. */
const reported = 300;

/** Fails when a message is answered with 202 and lost, or with something that no gateway tries again. */
export const row: Row = {
  number: 25,
  fault: 'thousands of messages while no worker runs, past 10,000 signals',
  forms,
  async run(installation, report) {
    const { workers, form } = installation;
    // Embedded the worker is the API as well: there an API of its own goes on, on the servers that are left behind.
    const api = form === 'embedded' ? await strayApi(installation) : null;
    const world = new World(installation);
    try {
      const { channelId } = await world.makeChannel();
      const chat = world.conversation(channelId);
      await killAll(workers);
      if (api !== null) {
        await api.part.start();
        world.calls.ask([api.url]);
      }
      await chat.says('agent');
      const beganAtMs = Date.now();
      await inParallel(Array.from({ length: signalsPerRun - reported / 2 }), 64, async () => {
        await chat.signals('user');
      });
      report.note('signals before', signalsPerRun - reported / 2);
      report.note('signals a second', Math.round(signalsPerRun / ((Date.now() - beganAtMs) / 1_000)));
      const statuses: number[] = [];
      await inParallel(Array.from({ length: reported }), 16, async () => {
        const { answer } = await chat.tries('user', { id: randomUUID() });
        statuses.push(answer.status);
        report.count(`answers ${answer.status}`);
      });
      refusedPastTheLimit(statuses, report);
      world.calls.ask(installation.apiUrls);
      await api?.part.stop();
      await startAll(workers);
      await judge(world, report);
    } finally {
      await api?.part.kill();
    }
  },
};

/** Where no more can be kept nothing more is taken: with a status that every gateway tries again after. */
export function refusedPastTheLimit(statuses: readonly number[], report: Judging): void {
  const others = statuses.filter((status) => ![202, 429, 503].includes(status));
  report.must('202, 429 or 503', others.length === 0, others);
  report.must('some were taken', statuses.includes(202), statuses.length);
  const refused = statuses.filter((status) => status === 429 || status === 503);
  report.must('some were refused', refused.length > 0, statuses.length);
}
