import { eventually, sleep } from '../../support/eventually';
import type { Breakable, Installation } from '../installation/installation';
import type { Random } from '../random';

export type Kill = { name: string; atMs: number; downMs: number };

/** How long a killed process may take until it answers again. */
const backWithinMs = 60_000;

/**
 * Kills one process after the other, each after the one before has come back, until `untilMs`. Of two workers and of two
 * APIs one is never killed: what it holds shows whether a process that lives long holds more and more.
 *
 * @throws when one does not come back
 */
export async function killInTurn(
  installation: Installation,
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

/** Programs more often than servers; servers of the embedded form no more often than it starts them again. */
function turnsOf({ form, workers, apis, temporal, postgres }: Installation): Breakable[] {
  const [worker, api] = [workers[0], apis[0]] as [Breakable, Breakable];
  if (form === 'embedded') return [worker, worker, temporal, worker, worker, postgres];
  return [worker, api, worker, api, worker, temporal, api, worker, api, worker, api, postgres];
}
