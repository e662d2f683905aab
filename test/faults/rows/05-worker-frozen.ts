import { sleep } from '../../support/eventually';
import { forms, type Installation } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import type { DeliveryRows } from '../world/conversation';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { killAll, startAll } from './support/all';
import { frozenBeforeReading, frozenInTheFence, wroteNothing } from './support/frozen-in-the-fence';
import { once } from './support/once';
import { stallBeforeTheMark, stallClaims, waitsForLock } from './support/stalls';
import { withApi } from './support/with-api';

/** Past the time that an attempt has. */
const pastTheAttemptMs = 17_000;
/** How the claim's statement begins: of a long one pg_stat_activity shows no more than the first kilobyte. */
const theClaim = 'with unchanged as';
/** A machine that is slow by itself may end a slow attempt before its request: then it is tried again. */
const slowTries = 4;

/**
 * Fails when a worker that was frozen between its question and its request writes on that old answer, or when what it
 * learns late makes less of what is known.
 */
export const row: Row = {
  number: 5,
  fault: 'a frozen worker wakes up late',
  forms,
  // It knows when PostgreSQL has answered.
  settings: { databaseProxy: true },
  async run(installation, report) {
    const world = new World(installation);
    // Embedded the worker is the API as well, and sleeps with it: another one takes the reply.
    await withApi(world, async () => {
      await frozenOnAnOldAnswer(world, report);
      await frozenBeforeWriting(world, report);
    });
    await frozenBeforeTheAnswer(world, installation, report);
    await slowAtEveryStep(world, installation, report);
    await judge(world, report);
  },
};

/** The fence is lost while it sleeps, and what it reads first when it wakes up is that it had it. */
async function frozenOnAnOldAnswer(world: World, report: RowReport): Promise<void> {
  const { channelId } = await world.makeChannel();
  const followupId = await world.makeFollowup(channelId, { delaySeconds: 2 });
  const frozen = await frozenBeforeReading(world, { channelId, followupId });
  wroteNothing(frozen, report);
  report.note('frozen before reading, requests', frozen.requests.length);
}

/** The fence is lost while it sleeps, and the attempt's time is over; its mark is made, and still it writes nothing. */
async function frozenBeforeWriting(world: World, report: RowReport): Promise<void> {
  const { channelId } = await world.makeChannel();
  const followupId = await world.makeFollowup(channelId, { delaySeconds: 2 });
  const frozen = await frozenInTheFence(world, { channelId, followupId, atLeastMs: pastTheAttemptMs });
  wroteNothing(frozen, report);
  report.note('frozen before writing, first attempt', String(frozen.attempts[0]?.outcome));
  report.note('frozen before writing, requests', frozen.requests.length);
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
  const statuses: string[] = [];
  if (others.length > 0) {
    statuses.push((await chat.delivery('an unknown outcome', ({ status }) => status === 'unknown')).status);
  }
  sleeper?.thaw();
  statuses.push((await chat.delivery('an end', ({ status }) => status === 'sent' || status === 'unknown')).status);
  onlyUpwards(statuses, report);
  once(chat.requests(), report);
  report.note('frozen before the answer', statuses.join(', '));
}

const upwards = ['sending', 'unknown', 'sent'];

/** Whatever is learned late makes more of what is known, never less. */
export function onlyUpwards(statuses: readonly string[], report: Judging): void {
  const ranks = statuses.map((status) => upwards.indexOf(status));
  const climbs = ranks.every((rank, index) => rank >= 0 && rank >= (ranks[index - 1] ?? 0));
  report.must('only upwards', climbs, statuses);
}

/**
 * An attempt that is slow everywhere outlives its time without being frozen: its session gives it up as unknown, and
 * then its answer comes. What nothing is repeated for has nobody else to correct it.
 */
async function slowAtEveryStep(world: World, installation: Installation, report: RowReport): Promise<void> {
  let statuses: string[] = [];
  for (let tries = 0; tries < slowTries && !statuses.includes('unknown'); tries++) {
    statuses = await slowOnce(world, installation, report);
    report.count('slow at every step, tries');
  }
  report.note('slow at every step', statuses.join(', '));
  corrected(statuses, report);
}

/** The late answer made a send of what was unknown. */
export function corrected(statuses: readonly string[], report: Judging): void {
  onlyUpwards(statuses, report);
  report.must('unknown, and then sent', statuses.join() === 'unknown,sent', statuses);
}

/** @returns what the delivery was while the answer was held, and after it */
async function slowOnce(world: World, installation: Installation, report: RowReport): Promise<string[]> {
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
  const isUnknown = ({ status }: DeliveryRows) => status === 'unknown';
  const given = await chat.delivery('an unknown outcome', isUnknown, 30_000).catch(() => null);
  await gateway.release(hold);
  report.must('one request at most', chat.requests().length <= 1, chat.requests().length);
  // It came to no request, or its answer was given up before the session gave up the attempt.
  if (given === null || chat.requests().length === 0) return [];
  const last = await chat
    .delivery('a correction upwards', ({ status }) => status === 'sent', 10_000)
    .catch(() => given);
  return [given.status, last.status];
}
