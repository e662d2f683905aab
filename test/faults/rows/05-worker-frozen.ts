import { sleep } from '../../support/eventually';
import { forms, type Installation } from '../installation/installation';
import type { Row, RowReport } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { freezeAll, killAll, startAll, thawAll } from './support/all';
import { fenceFree, stallBeforeTheMark, stallClaims, waitsForLock } from './support/stalls';

/** Past the time that an attempt has. */
const pastTheAttemptMs = 17_000;
/** How the claim's statement begins: of a long one pg_stat_activity shows no more than the first kilobyte. */
const theClaim = 'with unchanged as';

/**
 * Fails when a worker that was frozen between its question and its request writes on that old answer, or when what it
 * learns late makes less of what is known.
 */
export const row: Row = {
  number: 5,
  fault: 'a frozen worker wakes up late',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    await frozenBeforeWriting(world, installation, report);
    await frozenBeforeTheAnswer(world, installation, report);
    await slowAtEveryStep(world, installation, report);
    await judge(world, report);
  },
};

/** The fence is lost while it sleeps; its mark is made, and still it writes nothing. */
async function frozenBeforeWriting(world: World, installation: Installation, report: RowReport): Promise<void> {
  const { workers, form } = installation;
  const { channelId } = await world.makeChannel();
  const followupId = await world.makeFollowup(channelId, { delaySeconds: 2 });
  const chat = world.conversation(channelId);
  await chat.says('agent');
  const stall = await stallBeforeTheMark(installation, chat);
  freezeAll(workers);
  const frozenAtMs = Date.now();
  await stall.end();
  await fenceFree(installation, chat);
  // Embedded the API sleeps as well: there the same attempt finds out by itself, and the next one sends.
  if (form === 'cluster') {
    await chat.says('user');
    world.mustNotBeSent(chat, followupId, 'the user had replied while the worker slept');
  } else {
    world.mustBeSent(chat, followupId, 'the user was silent');
  }
  await sleep(frozenAtMs + pastTheAttemptMs - Date.now());
  thawAll(workers);
  if (form === 'embedded') await chat.received(1);
  const delivery = await chat.delivery('an end', ({ status }) => !['queued', 'sending'].includes(status));
  const [first] = delivery.attempts;
  report.must('a first attempt that was marked', first?.sendingAt !== null, delivery);
  report.must('a first attempt that wrote nothing', first?.outcome === null || first?.outcome === 'withheld', delivery);
  report.note('frozen before writing, first attempt', String(first?.outcome));
  report.note('frozen before writing, requests', chat.requests().length);
}

/** The session gave the attempt up as unknown; the answer that is read late corrects that, and nothing is sent again. */
async function frozenBeforeTheAnswer(world: World, installation: Installation, report: RowReport): Promise<void> {
  const { gateway, workers } = installation;
  const [sleeper, ...others] = workers;
  const { channelId } = await world.makeChannel({ channel: { ambiguousSend: 'never_repeat' } });
  const followupId = await world.makeFollowup(channelId);
  const chat = world.conversation(channelId);
  world.mustBeSent(chat, followupId, 'the user was silent');
  const hold = `answer-${chat.id}`;
  await gateway.script(chat.id, [{ hold }]);
  // So that it is known who sends.
  await killAll(others);
  await chat.says('agent');
  await chat.received(1);
  sleeper?.freeze();
  const frozenAtMs = Date.now();
  await gateway.release(hold);
  await startAll(others);
  await sleep(frozenAtMs + pastTheAttemptMs - Date.now());
  if (others.length > 0) await chat.delivery('an unknown outcome', ({ status }) => status === 'unknown');
  sleeper?.thaw();
  const delivery = await chat.delivery('an end', ({ status }) => status === 'sent' || status === 'unknown');
  report.must('never lower than unknown', ['sent', 'unknown'].includes(delivery.status), delivery);
  report.must('one request', chat.requests().length === 1, chat.requests().length);
  report.note('frozen before the answer, in the end', delivery.status);
}

/**
 * An attempt that is slow everywhere outlives its time without being frozen: its session gives it up as unknown, and
 * then its answer comes.
 */
async function slowAtEveryStep(world: World, installation: Installation, report: RowReport): Promise<void> {
  const { gateway } = installation;
  const { channelId } = await world.makeChannel({ channel: { ambiguousSend: 'never_repeat' } });
  const followupId = await world.makeFollowup(channelId, { delaySeconds: 3 });
  const chat = world.conversation(channelId);
  world.mayBeSent(chat, followupId, 'a machine that is slow as well ends the attempt before its request');
  const hold = `answer-${chat.id}`;
  await gateway.script(chat.id, [{ hold }]);
  await chat.says('agent');
  await chat.followupIs(followupId, 'waiting');
  const claims = await stallClaims(installation, channelId);
  const mark = stallBeforeTheMark(installation, chat, 1_000);
  // It is awaited further down, and may fail before that.
  mark.catch(() => {});
  await waitsForLock(installation, theClaim);
  await sleep(4_200);
  await claims.end();
  const marking = await mark;
  await sleep(2_000);
  await marking.end();
  await chat.delivery('an unknown outcome', ({ status }) => status === 'unknown', 30_000).catch(() => {});
  await gateway.release(hold);
  const isCorrected = await chat
    .delivery('a correction upwards', ({ status }) => status === 'sent', 10_000)
    .then(
      () => true,
      () => false,
    );
  report.note('slow at every step, corrected upwards', isCorrected ? 'yes' : 'no');
  report.must('one request at most', chat.requests().length <= 1, chat.requests().length);
}
