import { inParallel } from '../in-parallel';
import { forms } from '../installation/installation';
import type { Row, RowReport } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { outcomes, wasSent } from './support/attempts';
import { followupSays } from './support/followup-says';
import { ownChannel } from './support/own-channel';

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
  const [first, second] = chat.requests();
  report.must('the same webhook-id', first?.webhookId === second?.webhookId, [first, second]);
  report.must('the same body', first?.body === second?.body, [first, second]);
  report.count('repeated');
}

async function neverRepeated(world: World, report: RowReport): Promise<void> {
  const { followupId, chat } = await ownChannel(world, { channel: { ambiguousSend: 'never_repeat' } });
  world.mustBeSent(chat, followupId, 'it was accepted once');
  await world.installation.gateway.script(chat.id, [{ manner: 'reset' }]);
  await chat.says('agent');
  await followupSays(chat, followupId, 'unknown', 'unknown');
  const delivery = await chat.delivery('the row', ({ status }) => status === 'unknown');
  report.must('lost, and no more', outcomes(delivery) === 'lost', outcomes(delivery));
  // Not known is spent, also in the next silence.
  await chat.says('user');
  await chat.says('agent');
  await followupSays(chat, followupId, 'unknown', 'unknown');
  report.must('one request where nothing is repeated', chat.requests().length === 1, chat.requests());
  report.count('never repeated');
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
