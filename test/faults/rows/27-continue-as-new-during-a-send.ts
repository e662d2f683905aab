import { eventually } from '../../support/eventually';
import { forms } from '../installation/installation';
import type { Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { currentRun, fillRun } from './support/fill-run';

/** A run continues as new after so many events. */
const eventsPerRun = 4_000;

/** Fails when a run is left while its attempt is under way, or when the next one does not know what was sent. */
export const row: Row = {
  number: 27,
  fault: 'continue-as-new due under load and during a send',
  forms,
  async run(installation, report) {
    const { gateway } = installation;
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const early = await world.makeFollowup(channelId, { title: 'Early', delaySeconds: 1 });
    const late = await world.makeFollowup(channelId, { title: 'Late', delaySeconds: 3_600 });
    const chat = world.conversation(channelId);
    world.mustBeSent(chat, early, 'the user was silent when it was due');
    world.mustNotBeSent(chat, late, 'it is not due yet');
    await chat.says('user');
    report.count('messages', await fillRun(installation, chat, eventsPerRun - 100));
    const hold = `answer-${chat.id}`;
    await gateway.script(chat.id, [{ hold }]);
    await chat.says('agent');
    await chat.received(1);
    const sending = await currentRun(installation, chat);
    // Past the limit while the gateway lets the attempt wait: an answer is awaited for ten seconds.
    const anchor = await chat.says('agent');
    report.count('messages', await fillRun(installation, chat, eventsPerRun + 1));
    const held = await currentRun(installation, chat);
    report.note('events while it was sent', held.historyLength);
    report.must('the limit was passed during the send', held.historyLength > eventsPerRun, held);
    report.must('the run waits for its attempt', held.runId === sending.runId, { sending, held });
    await gateway.release(hold);
    await eventually('the next run', async () => (await currentRun(installation, chat)).runId !== held.runId, 60_000);
    const session = await chat.session();
    const followup = session.followups.find((one: { followupId: string }) => one.followupId === early);
    report.must('the next run knows what was sent', followup?.status === 'sent', session.followups);
    const carried = Date.parse(session.lastAgentMessageAt) === anchor.atMs;
    report.must('the next run knows the last message', carried, session.lastAgentMessageAt);
    await judge(world, report);
    report.must('one request', chat.requests().length === 1, chat.requests().length);
  },
};
