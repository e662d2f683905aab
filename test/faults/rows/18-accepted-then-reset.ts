import { inParallel } from '../in-parallel';
import { forms } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { outcomes, wasSent } from './support/attempts';
import { followupSays } from './support/followup-says';
import { once } from './support/once';
import { ownChannel } from './support/own-channel';
import { repeatedAlike } from './support/repeated';

/** Fails when a lost answer is repeated with another id, or repeated at all where the channel forbids it. */
export const row: Row = {
  number: 18,
  fault: 'request accepted, then reset',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    const times = Array.from({ length: report.thorough ? 20 : 4 });
    await Promise.all([
      inParallel(times, 4, () => repeated(world, report)),
      inParallel(times, 4, () => neverRepeated(world, report)),
      replied(world, report),
    ]);
    await judge(world, report);
  },
};

async function repeated(world: World, report: RowReport): Promise<void> {
  const { followupId, chat } = await ownChannel(world);
  world.mustBeSent(chat, followupId, 'the second answer came');
  await world.installation.gateway.script(chat.id, [{ manner: 'reset' }]);
  await chat.says('agent');
  const delivery = await chat.delivery('a send', wasSent);
  report.must('lost, then sent', outcomes(delivery) === 'lost, sent', outcomes(delivery));
  repeatedAlike(chat.requests(), report);
  report.count('repeated');
}

async function neverRepeated(world: World, report: RowReport): Promise<void> {
  const { followupId, chat } = await ownChannel(world, { channel: { ambiguousSend: 'never_repeat' } });
  world.mustBeSent(chat, followupId, 'it was accepted once');
  await world.installation.gateway.script(chat.id, [{ manner: 'reset' }]);
  await chat.says('agent');
  await followupSays(chat, followupId, 'unknown', 'unknown');
  const delivery = await chat.delivery('the row', ({ status }) => status === 'unknown');
  // Not known is spent, also in the next silence.
  await chat.says('user');
  await chat.says('agent');
  await followupSays(chat, followupId, 'unknown', 'unknown');
  notRepeated({ attempts: outcomes(delivery), requests: chat.requests() }, report);
  report.count('never repeated');
}

/** One attempt, one request, and nobody knows what came of it: that is the end of it. */
export function notRepeated(seen: { attempts: string; requests: readonly unknown[] }, report: Judging): void {
  report.must('lost, and no more', seen.attempts === 'lost', seen.attempts);
  once(seen.requests, report, ' where nothing is repeated');
}

/** The user answers before the repetition: perhaps he had it, so that it is not said to be skipped. */
async function replied(world: World, report: RowReport): Promise<void> {
  const { followupId, chat } = await ownChannel(world);
  world.mustBeSent(chat, followupId, 'it was accepted once');
  // Each pause is twice as long as the one before: one of them is time enough for a reply.
  await world.installation.gateway.script(chat.id, Array(20).fill({ manner: 'reset' }));
  await chat.says('agent');
  await followupSays(chat, followupId, 'sending', 'retrying');
  await chat.says('user');
  await followupSays(chat, followupId, 'unknown', 'unknown');
  const requests = chat.requests().length;
  await chat.says('agent');
  await followupSays(chat, followupId, 'unknown', 'unknown');
  report.must('no request for the next silence', chat.requests().length === requests, chat.requests());
}
