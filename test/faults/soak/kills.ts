import { eventually, sleep } from '../../support/eventually';
import type { Breakable, Installation } from '../installation/installation';
import type { Random } from '../random';

/** What of an installation can be killed. */
export type Killable = Pick<Installation, 'form' | 'workers' | 'apis' | 'temporal' | 'postgres'>;

export type Kill = { name: string; atMs: number; downMs: number };

/** How long a killed process may take until it answers again. */
const backWithinMs = 60_000;
/** From so many minutes on every kind of process must have been killed. */
const minutesForEveryKind = 10;

/**
 * Kills one process after the other, each after the one before has come back, until `untilMs`. Of two workers and of two
 * APIs one is never killed: what it holds shows whether a process that lives long holds more and more.
 *
 * @throws when one does not come back
 */
export async function killInTurn(
  installation: Killable,
  random: Random,
  { everyMs, untilMs }: { everyMs: number; untilMs: number },
): Promise<Kill[]> {
  const kills: Kill[] = [];
  const turns = turnsOf(installation);
  for (let nextAtMs = Date.now() + everyMs; nextAtMs < untilMs; nextAtMs = Math.max(nextAtMs + everyMs, Date.now())) {
    await sleep(nextAtMs - Date.now());
    const target = turns[kills.length % turns.length] as Breakable;
    const atMs = Date.now();
    await target.kill();
    await sleep(random.whole(100, 4_000));
    await eventually(`${target.name} to come back`, () => target.start().then(() => true), backWithinMs);
    kills.push({ name: target.name, atMs, downMs: Date.now() - atMs });
  }
  return kills;
}

/**
 * What is wrong with the kills themselves, in words; nothing, as a rule. Pure.
 *
 * @param kinds the name of each process that is to be killed at least once
 */
export function missingKills(
  kills: readonly Pick<Kill, 'name'>[],
  kinds: readonly string[],
  minutes: number,
): string[] {
  // A short soak has no time for all of them.
  if (minutes < minutesForEveryKind) return [];
  if (kills.length === 0) return ['Nothing was killed.'];
  const killed = new Set(kills.map(({ name }) => name));
  return kinds.filter((kind) => !killed.has(kind)).map((kind) => `${kind} was never killed.`);
}

/** The name of each process that is killed in its turn. */
export const killedInTurn = (installation: Killable): string[] => [
  ...new Set(turnsOf(installation).map(({ name }) => name)),
];

/** Programs more often than servers; servers of the embedded form no more often than it starts them again. */
function turnsOf({ form, workers, apis, temporal, postgres }: Killable): Breakable[] {
  const [worker, api] = [workers[0], apis[0]] as [Breakable, Breakable];
  if (form === 'embedded') return [worker, worker, temporal, worker, worker, postgres];
  return [worker, api, worker, api, worker, temporal, api, worker, api, worker, api, postgres];
}
