import { sleep } from '../../support/eventually';
import { forms } from '../installation/installation';
import type { Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { programs } from './support/all';

/**
 * Fails when a frozen database hangs a request, leaves readiness green, ends a program, or loses or doubles a send.
 * Whoever calls waits for eight seconds: five are promised, the rest is what a busy machine adds.
 */
export const row: Row = {
  number: 10,
  fault: 'PostgreSQL frozen',
  forms,
  async run(installation, report) {
    const { postgres } = installation;
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId, { delaySeconds: 2 });
    const before = programs(installation).map(({ pid }) => pid);
    const chats = Array.from({ length: 6 }, () => world.conversation(channelId));
    await Promise.all(chats.map((chat) => chat.says('agent')));
    postgres.freeze();
    const frozenAtMs = Date.now();
    const beganAtMs = performance.now();
    const { answer } = await world.conversation(channelId).tries('agent');
    const tookMs = performance.now() - beganAtMs;
    report.note('answer', answer.status);
    report.note('answered after ms', Math.round(tookMs));
    report.must('503 with Retry-After', answer.status === 503 && answer.headers.has('retry-after'), answer);
    for (const program of programs(installation)) {
      const status = await program.readiness();
      report.must(`/readyz of ${program.name} is red`, status !== 200, status);
    }
    // Past the time-out of an activity.
    await sleep(frozenAtMs + 17_000 - Date.now());
    report.must(
      'nothing sent meanwhile',
      chats.every((chat) => chat.requests().length === 0),
    );
    postgres.thaw();
    for (const chat of chats) {
      world.mustBeSent(chat, followupId, 'the user was silent');
      await chat.received(1, 90_000);
    }
    await judge(world, report);
    const after = programs(installation).map(({ pid }) => pid);
    report.must('every program lives on', after.join() === before.join(), { before, after });
  },
};
