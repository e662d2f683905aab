import { killAll, startAll } from '../../test/faults/rows/support/all';
import { World } from '../../test/faults/world/world';
import { eventually, sleep } from '../../test/support/eventually';
import { type BenchForm, newIds } from '../forms/bench-form';
import { type PeerName, peerNames, peers } from '../peers/peers';
import { measureInPlace, type Skipped } from '../peers/place';
import { startWorkerProcess } from '../peers/worker-process';

/** What became of sends that were under way when their worker was killed, and another one started at once. */
export type KillFigures = {
  /** The share of those whose users stay silent that was taken up again. What is not is lost, where it had not got through. */
  takenUpAgain: number;
  /** Until the last of them was, after the new worker was started; null where none was. */
  takenUpAfterSeconds: number | null;
  /** The share of those whose users had answered before anything was taken up again, that was sent all the same. */
  sentAfterReply: number;
};
export type Kills = { Followups: KillFigures } & Partial<Record<PeerName, KillFigures | Skipped>>;

/** Half of their users answer. */
const sends = 8;
const dueAfterMs = 2_000;
const takenWithinMs = 30_000;

/**
 * Kills the workers while each has its sends under way. The peers with a worker that never comes to the end of a job: they
 * cannot tell whether what it did had an effect.
 *
 * @param patienceMs so long is waited for what may still be taken up again, the same for all
 */
export async function measureKills(form: BenchForm, patienceMs: number): Promise<Kills> {
  // Not beside the others: embedded, PostgreSQL is started anew with the service.
  const own = await killFollowups(form, patienceMs);
  const others = peerNames.map(async (name, index) => {
    const place = { adminUrl: form.installation.adminDatabaseUrl, database: `bench_killed_peer_${index}` };
    return [name, await measureInPlace(peers[name], place, (url) => killPeer(name, url, patienceMs))] as const;
  });
  return { Followups: own, ...Object.fromEntries(await Promise.all(others)) };
}

async function killPeer(name: PeerName, url: string, patienceMs: number): Promise<KillFigures> {
  const client = await peers[name].connect(url);
  const { silent, replied, all } = conversations();
  try {
    const first = startWorkerProcess(name, url);
    // All at once: some take more work only when they are done with what they took.
    const dueAtMs = Date.now() + dueAfterMs;
    for (const id of all) await client.schedule(id, dueAtMs);
    await eventually(`${name} to take all jobs`, () => first.taken.size === all.length, takenWithinMs).finally(() =>
      first.kill(),
    );
    // Some refuse to remove a job that somebody works on; there is nothing more that whoever removes it could do.
    for (const id of replied) await client.cancel(id).catch(() => {});
    const second = startWorkerProcess(name, url);
    return await outcome(silent, replied, () => second.taken, patienceMs).finally(() => second.kill());
  } finally {
    await client.stop();
  }
}

async function killFollowups({ installation }: BenchForm, patienceMs: number): Promise<KillFigures> {
  const { gateway, workers } = installation;
  const hold = 'killed';
  const world = new World(installation);
  const { channelId } = await world.makeChannel();
  await world.makeFollowup(channelId, { delaySeconds: dueAfterMs / 1_000 });
  const { silent, replied, all } = conversations();
  const chats = new Map(all.map((id) => [id, world.conversation(channelId, id)]));
  await gateway.otherwise({ hold });
  try {
    for (const chat of chats.values()) await chat.says('agent');
    for (const id of all) await gateway.received(id, 1, takenWithinMs);
    await killAll(workers);
    // Where the API went with its workers a reply is taken when it is back.
    const answered = Promise.all(replied.map((id) => chats.get(id)?.says('user')));
    const startedAtMs = Date.now();
    await Promise.all([startAll(workers), answered]);
    const again = () => new Set(all.filter((id) => gateway.of(id).length > 1));
    return await outcome(silent, replied, again, patienceMs, startedAtMs);
  } finally {
    await gateway.forget();
    await gateway.otherwise({});
    await gateway.release(hold);
  }
}

/** Waits until all were taken up again, which those that were answered should not be: as a rule, for as long as it may take. */
async function outcome(
  silent: readonly string[],
  replied: readonly string[],
  takenAgain: () => ReadonlySet<string>,
  patienceMs: number,
  startedAtMs = Date.now(),
): Promise<KillFigures> {
  let takenUpAfterSeconds: number | null = null;
  let count = 0;
  for (;;) {
    const taken = takenAgain();
    const of = (ids: readonly string[]) => ids.filter((id) => taken.has(id)).length;
    if (of(silent) > count) takenUpAfterSeconds = (Date.now() - startedAtMs) / 1_000;
    count = of(silent);
    if (taken.size === silent.length + replied.length || Date.now() - startedAtMs > patienceMs) {
      return { takenUpAgain: count / silent.length, takenUpAfterSeconds, sentAfterReply: of(replied) / replied.length };
    }
    await sleep(100);
  }
}

function conversations() {
  const all = newIds(sends);
  return { all, silent: all.slice(sends / 2), replied: all.slice(0, sends / 2) };
}
