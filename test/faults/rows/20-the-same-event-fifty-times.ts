import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually';
import { readRuns } from '../checker/histories';
import { forms } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import type { Conversation } from '../world/conversation';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { killAll, programs, startAll } from './support/all';
import { currentRun, fillRun } from './support/fill-run';
import { once } from './support/once';

/** A run continues as new in the first task that begins after 4,000 events: a few messages more are sure to make one. */
const eventsPerRun = 4_020;

/** Fails when a repetition is stored again in the same run, moves the silence, or has something sent again. */
export const row: Row = {
  number: 20,
  fault: 'the same event 50 times, across restarts and continue-as-new',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId);
    const chat = world.conversation(channelId);
    world.mustBeSent(chat, followupId, 'the user was silent');
    const id = randomUUID();
    // Without a time each would get another one, by its receipt.
    await fiftyTimes(world, chat, id, report);
    await chat.received(1);
    const anchorAt = (await chat.session()).lastAgentMessageAt;

    await killAll(programs(installation));
    await startAll(programs(installation));
    await fiftyTimes(world, chat, id, report);
    const known = await chat.session();
    countedOnce(
      { runs: 1, signals: await signalsOf(world, chat, id), anchorAt, lastAgentMessageAt: known.lastAgentMessageAt },
      report,
    );

    const before = await currentRun(installation, chat);
    report.count('messages until the next run', await fillRun(installation, chat, eventsPerRun));
    await eventually('the next run', async () => (await currentRun(installation, chat)).runId !== before.runId, 60_000);
    const at = new Date(anchorAt);
    await Promise.all(Array.from({ length: 50 }, () => chat.says('agent', { id, at })));
    const after = await chat.session();
    const signals = await signalsOf(world, chat, id);
    countedOnce({ runs: 2, signals, anchorAt, lastAgentMessageAt: after.lastAgentMessageAt }, report);
    report.note('signals of 150 reports', signals);
    await judge(world, report);
    once(chat.requests(), report);
  },
};

type Repeated = { runs: number; signals: number; anchorAt: string; lastAgentMessageAt: string };

/** Kept once in each run that it was reported to, and of one silence however often that was. */
export function countedOnce({ runs, signals, anchorAt, lastAgentMessageAt }: Repeated, report: Judging): void {
  report.must(`one signal in each run (${runs})`, signals === runs, signals);
  report.must('the silence began once', lastAgentMessageAt === anchorAt, { lastAgentMessageAt, anchorAt });
}

async function fiftyTimes(world: World, chat: Conversation, id: string, report: RowReport): Promise<void> {
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      await world.calls.expect(202, 'POST', `${chat.path}/messages`, { body: { id, from: 'agent' } });
      report.count('reports taken');
    }),
  );
}

async function signalsOf({ installation }: World, { workflowId }: Conversation, id: string): Promise<number> {
  const { signals } = await readRuns(installation, workflowId);
  return signals.filter((signal) => signal.id === id).length;
}
