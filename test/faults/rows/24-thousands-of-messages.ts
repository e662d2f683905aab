import { sleep } from '../../support/eventually';
import { readRuns } from '../checker/histories';
import { inParallel } from '../in-parallel';
import { forms } from '../installation/installation';
import type { Judging, Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';

/** For the sends of other sessions, on a machine that is busy with all of this. */
const latenessLimitMs = 30_000;

/** Fails when a message is lost, or when one busy session holds the others up. */
export const row: Row = {
  number: 24,
  fault: '1,500 messages (--thorough: 5,000) in one session',
  forms,
  async run(installation, report) {
    const messages = report.thorough ? 5_000 : 1_500;
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId, { delaySeconds: 2 });
    const busy = world.conversation(channelId);
    const others = Array.from({ length: 15 }, () => world.conversation(channelId));
    let isOver = false;
    let latestMs = 0;
    const beside = inParallel(others, 3, async (chat) => {
      if (isOver) return;
      await chat.says('agent');
      world.mustBeSent(chat, followupId, 'the user was silent');
      const [request] = await chat.received(1);
      const latenessMs = (request?.atMs ?? Infinity) - Date.parse(request?.data.dueAt ?? '');
      latestMs = Math.max(latestMs, latenessMs);
      await sleep(500);
    });
    const beganAtMs = Date.now();
    await inParallel(Array.from({ length: messages }), 16, async (_, index) => {
      await busy.says(index % 2 === 0 ? 'user' : 'agent', { withinMs: 180_000 });
    });
    isOver = true;
    report.note('messages a second', Math.round(messages / ((Date.now() - beganAtMs) / 1_000)));
    await beside;
    report.note('others late by ms, at most', latestMs);
    world.mayBeSent(busy, followupId, 'it was never silent for long');
    lateAtMost(latestMs, report);
    await judge(world, report);
    const { signals } = await readRuns(installation, busy.workflowId);
    const kept = new Set(signals.filter(({ kind }) => kind === 'message').map(({ id }) => id)).size;
    report.note('messages in the histories', kept);
    allKept({ kept, messages }, report);
  },
};

/** @param latenessMs of the latest send of another session */
export const lateAtMost = (latenessMs: number, report: Judging): void =>
  report.must(`others at most ${latenessLimitMs} ms late`, latenessMs < latenessLimitMs, latenessMs);

export const allKept = (counts: { kept: number; messages: number }, report: Judging): void =>
  report.must('every message is in a history', counts.kept === counts.messages, counts);
