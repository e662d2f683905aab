import { sleep } from '../../support/eventually';
import { inParallel } from '../in-parallel';
import type { Installation } from '../installation/installation';
import type { Random } from '../random';
import { type Kill, killedInTurn, killInTurn, missingKills } from './kills';
import { talkForAMinute } from './load';
import { type Growth, growthOf, isFlat, programTolerance, type Sample, sampleMemory, serverTolerance } from './memory';

export type SoakSettings = { minutes: number; conversationsPerSecond: number; killEveryMs: number };

export type SoakResult = {
  conversations: number;
  events: number;
  requests: number;
  kills: Kill[];
  memory: (Growth & { flat: boolean })[];
  /** What was lost, doubled or left pending, processes that did not come back or hold more and more, in words. */
  violated: string[];
};

const sampleEveryMs = 5_000;
/** Minutes of the load: reading the histories of one is mostly waiting for answers. */
const judgedAtOnce = 4;
const windowMinutes = 10;

/** A steady load with a kill every so often, then I1 to I5 over all that was said, and the memory of each process. */
export async function soak(
  installation: Installation,
  random: Random,
  { minutes, conversationsPerSecond, killEveryMs }: SoakSettings,
  say: (line: string) => void,
): Promise<SoakResult> {
  const violated: string[] = [];
  const samples: Sample[] = [];
  const sampling = setInterval(() => samples.push(...sampleMemory(installation, Date.now())), sampleEveryMs);
  const untilMs = Date.now() + minutes * 60_000;
  let kills: Kill[] = [];
  const killing = killInTurn(installation, random.of('kills'), { everyMs: killEveryMs, untilMs }).then(
    (done) => {
      kills = done;
    },
    (error: unknown) => void violated.push(String(error)),
  );
  const going: ReturnType<typeof talkForAMinute>[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const talking = talkForAMinute(installation, random.of(`minute-${minute}`), conversationsPerSecond);
    going.push(talking);
    await sleep(untilMs - (minutes - minute - 1) * 60_000 - Date.now());
    say(`minute ${minute + 1} of ${minutes}`);
  }
  const minutesOfLoad = await Promise.all(going);
  await killing;
  clearInterval(sampling);

  say('judging');
  await inParallel(minutesOfLoad, judgedAtOnce, async ({ world, failures }) => {
    violated.push(...failures);
    for (const { invariant, what } of await world.verdict()) violated.push(`${invariant}: ${what}`);
  });
  const counts = minutesOfLoad.map(({ world }) => world.counts());
  const total = (of: keyof (typeof counts)[number]) => counts.reduce((sum, count) => sum + count[of], 0);
  const own = new Set([...installation.apis, ...installation.workers].map(({ name }) => name));
  const memory = growthOf(samples, Math.min(windowMinutes, minutes / 3) * 60_000).map((growth) => ({
    ...growth,
    flat: isFlat(growth, own.has(growth.name) ? programTolerance : serverTolerance),
  }));
  // In a short one every process is young for most of the time.
  const isLong = minutes >= windowMinutes;
  for (const { name, flat } of memory) if (isLong && !flat) violated.push(`${name} holds more and more memory.`);
  violated.push(...missingKills(kills, killedInTurn(installation), minutes));
  return {
    ...{ conversations: total('conversations'), events: total('events'), requests: total('requests') },
    ...{ kills, memory, violated },
  };
}
