import { eventually } from '../../support/eventually';
import { forms } from '../installation/installation';
import type { Judging, Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { currentRun, fillRun } from './support/fill-run';
import { once } from './support/once';

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
    waited({ sending, held }, report);
    await gateway.release(hold);
    await eventually('the next run', async () => (await currentRun(installation, chat)).runId !== held.runId, 60_000);
    const session = await chat.session();
    const followup = session.followups.find((one: { followupId: string }) => one.followupId === early);
    const lastMs = Date.parse(session.lastAgentMessageAt);
    carriedOver({ status: String(followup?.status), lastMs, reportedMs: anchor.atMs }, report);
    await judge(world, report);
    once(chat.requests(), report);
  },
};

type CurrentRun = { runId: string; historyLength: number };

/** The run that began the attempt is the one that went past the limit during it. */
export function waited({ sending, held }: { sending: CurrentRun; held: CurrentRun }, report: Judging): void {
  report.must('the limit was passed during the send', held.historyLength > eventsPerRun, held);
  report.must('the run waits for its attempt', held.runId === sending.runId, { sending, held });
}

type Carried = { status: string; lastMs: number; reportedMs: number };

/** @param carried what the next run says of the followup, and of the agent's last message, which was reported so */
export function carriedOver({ status, lastMs, reportedMs }: Carried, report: Judging): void {
  report.must('the next run knows what was sent', status === 'sent', status);
  report.must('the next run knows the last message', lastMs === reportedMs, { lastMs, reportedMs });
}
