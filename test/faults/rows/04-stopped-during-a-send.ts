import { forms } from '../installation/installation';
import type { Judging, Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { startAll } from './support/all';
import { outcomes, wasSent } from './support/attempts';
import { once } from './support/once';

/** Fails when a worker that is told to stop does not wait for the gateway's answer, or ends with an error. */
export const row: Row = {
  number: 4,
  fault: 'SIGTERM, and Ctrl-C to the whole process group, during a send',
  forms,
  async run(installation, report) {
    const { gateway, workers } = installation;
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const chat = world.conversation(channelId);
      world.mustBeSent(chat, followupId, 'the user was silent');
      await gateway.script(chat.id, [{ delayMs: 5_000 }]);
      await chat.says('agent');
      await chat.received(1);
      const beganAtMs = Date.now();
      const codes = await Promise.all(workers.map((worker) => worker.stop(signal)));
      report.note(`stopped by ${signal} after ms`, Date.now() - beganAtMs);
      await startAll(workers);
      const delivery = await chat.delivery('a send', wasSent);
      await chat.followupIs(followupId, 'sent');
      drained({ signal, codes, attempts: outcomes(delivery), requests: chat.requests() }, report);
    }
    await judge(world, report);
  },
};

type Stopped = { signal: string; codes: (number | string)[]; attempts: string; requests: unknown[] };

/** Everything ended in order, and what was under way was brought to its end first. */
export function drained({ signal, codes, attempts, requests }: Stopped, report: Judging): void {
  report.must(
    `exit code 0 after ${signal}`,
    codes.every((code) => code === 0),
    codes,
  );
  report.must('one attempt, sent', attempts === 'sent', attempts);
  once(requests, report);
}
