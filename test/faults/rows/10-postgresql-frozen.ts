import { sleep } from '../../support/eventually';
import { forms } from '../installation/installation';
import type { Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { programs } from './support/all';
import { livesOn } from './support/lives-on';
import { none } from './support/once';
import { refusedInTime } from './support/refused-in-time';

/** Fails when a frozen database hangs a request, leaves readiness green, ends a program, or loses or doubles a send. */
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
    // A user's: the agent's are still taken for a moment, since their channel is known and Temporal keeps them.
    const { answer } = await world.conversation(channelId).tries('user');
    const tookMs = performance.now() - beganAtMs;
    report.note('answer', answer.status);
    report.note('answered after ms', Math.round(tookMs));
    refusedInTime({ ...answer, tookMs }, report);
    for (const program of programs(installation)) {
      const status = await program.readiness();
      report.must(`/readyz of ${program.name} is red`, status !== 200, status);
    }
    // Past the time-out of an activity.
    await sleep(frozenAtMs + 17_000 - Date.now());
    for (const chat of chats) none(chat.requests(), report, 'meanwhile');
    postgres.thaw();
    for (const chat of chats) {
      world.mustBeSent(chat, followupId, 'the user was silent');
      await chat.received(1, 90_000);
    }
    await judge(world, report);
    const after = programs(installation).map(({ pid }) => pid);
    livesOn({ before, after }, report);
  },
};
