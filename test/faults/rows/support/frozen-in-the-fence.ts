import { withDeadline } from '../../../../src/deadline';
import { sleep } from '../../../support/eventually';
import type { Judging } from '../../row';
import type { DeliveryRows } from '../../world/conversation';
import type { World } from '../../world/world';
import { freezeAll, thawAll } from './all';
import { fenceFree, stallBeforeTheMark } from './stalls';

export type Frozen = Pick<DeliveryRows, 'attempts'> & { requests: readonly unknown[] };

/**
 * Freezes every worker after the session's answer and before the request, until PostgreSQL has taken the lock of the
 * session away and a reply was acknowledged. Whoever answers the API must not be a worker.
 *
 * @param atLeastMs for how long they are frozen, should that be longer
 */
export async function frozenInTheFence(
  world: World,
  { channelId, followupId, atLeastMs }: { channelId: string; followupId: string; atLeastMs: number },
): Promise<Frozen> {
  const { installation } = world;
  const chat = world.conversation(channelId);
  world.mustNotBeSent(chat, followupId, 'the user had replied while the worker slept');
  await chat.says('agent');
  const stall = await stallBeforeTheMark(installation, chat);
  freezeAll(installation.workers);
  const frozenAtMs = performance.now();
  try {
    await stall.end();
    await fenceFree(installation, chat);
    await chat.says('user');
    await sleep(frozenAtMs + atLeastMs - performance.now());
  } finally {
    thawAll(installation.workers);
  }
  const { attempts } = await chat.delivery('an end', ({ status }) => !['queued', 'sending'].includes(status));
  return { attempts, requests: chat.requests() };
}

/**
 * The same, frozen when PostgreSQL has just said that the lock is held: the answer is read when they wake up, and is an old
 * one by then.
 */
export async function frozenBeforeReading(
  world: World,
  { channelId, followupId }: { channelId: string; followupId: string },
): Promise<Frozen> {
  const { installation } = world;
  const { databaseProxy: proxy, workers } = installation;
  if (!proxy) throw new Error('This needs the proxy.');
  const chat = world.conversation(channelId);
  world.mustNotBeSent(chat, followupId, 'the user had replied while the worker slept');
  const frozen = proxy.beforeAnswer(/^select 1$/i, /pg_advisory_xact_lock\(/i, () => freezeAll(workers));
  try {
    await chat.says('agent');
    await withDeadline('The last question to PostgreSQL', 60_000, frozen);
    await fenceFree(installation, chat);
    await chat.says('user');
  } finally {
    thawAll(workers);
  }
  const { attempts } = await chat.delivery('an end', ({ status }) => !['queued', 'sending'].includes(status));
  return { attempts, requests: chat.requests() };
}

/** The attempt had been marked, so that only the fence can have kept it from writing. */
export function wroteNothing({ attempts: [first], requests }: Frozen, report: Judging): void {
  report.must('a first attempt that was marked', typeof first?.sendingAt === 'string', first);
  report.must('a first attempt that wrote nothing', first?.outcome === null || first?.outcome === 'withheld', first);
  report.must('no request on an old answer', requests.length === 0, requests);
}
