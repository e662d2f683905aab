import { forms } from '../installation/installation';
import type { Judging, Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { killAll, startAll } from './support/all';
import { outcomes, wasSent } from './support/attempts';
import { type Repeated, repeatedAlike } from './support/repeated';

/** Fails when the followup is lost, sent with another id or another body, or noted as two deliveries. */
export const row: Row = {
  number: 1,
  fault: 'worker dies between the send and its acknowledgement',
  forms,
  async run(installation, report) {
    const { gateway, workers } = installation;
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId);
    const times = report.thorough ? 10 : 2;
    for (let time = 0; time < times; time++) {
      const chat = world.conversation(channelId);
      world.mustBeSent(chat, followupId, 'the user was silent');
      const hold = `answer-${chat.id}`;
      await gateway.script(chat.id, [{ hold }]);
      await chat.says('agent');
      await chat.received(1);
      // Nobody here knows which of them sends: all are killed.
      await killAll(workers);
      report.count('kills');
      await gateway.release(hold);
      await startAll(workers);
      await chat.received(2);
      const delivery = await chat.delivery('a send', wasSent);
      sentAgain({ requests: chat.requests(), attempts: outcomes(delivery) }, report);
      report.count('requests', chat.requests().length);
    }
    await judge(world, report);
  },
};

/** The attempt of the dead worker has no outcome; the next one is the same delivery, and the last. */
export function sentAgain({ requests, attempts }: { requests: Repeated[]; attempts: string }, report: Judging): void {
  report.must('one attempt without an outcome, one sent', attempts === 'null, sent', attempts);
  report.must('a request for each attempt', requests.length === 2, requests);
  repeatedAlike(requests, report);
}
