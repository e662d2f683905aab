import type { DatabaseServer, Program } from '../installation/installation';
import { createRandom } from '../random';
import { type Killable, killedInTurn, killInTurn, missingKills } from './kills';
import { growthOf, isFlat, programTolerance, type Sample, serverTolerance } from './memory';

const mebibyte = 1_024 * 1_024;
const minuteMs = 60_000;

/** A process that is down from its kill to its start. */
function processNamed(name: string): Program & DatabaseServer {
  let isUp = true;
  return {
    ...{ name, pid: 1, freeze() {}, thaw() {}, launch() {}, log: () => '', restart: async () => {} },
    ...{ stop: async () => 0, ended: async () => 0, readiness: async () => 200 },
    get running() {
      return isUp;
    },
    async kill() {
      isUp = false;
    },
    async start() {
      isUp = true;
    },
  };
}

const cluster = (): Killable => ({
  form: 'cluster',
  workers: [processNamed('worker-1'), processNamed('worker-2')],
  apis: [processNamed('api-1'), processNamed('api-2')],
  temporal: processNamed('temporal'),
  postgres: processNamed('postgresql'),
});
/** The same choices, and no pause. */
const hasty = { ...createRandom('soak'), whole: () => 0 };

describe('the kills of a soak', () => {
  it('come to every kind of process, one at a time, and each is back before the next', async () => {
    const installation = cluster();
    const all = [...installation.workers, ...installation.apis, installation.temporal, installation.postgres];
    const seen: number[] = [];
    for (const each of all) {
      const kill = each.kill.bind(each);
      each.kill = async () => {
        await kill();
        seen.push(all.filter(({ running }) => !running).length);
      };
    }
    const kills = await killInTurn(installation, hasty, { everyMs: 1, untilMs: Date.now() + 1_000 });
    expect(killedInTurn(installation)).toEqual(['worker-1', 'api-1', 'temporal', 'postgresql']);
    expect(missingKills(kills, killedInTurn(installation), 30)).toEqual([]);
    expect(new Set(seen)).toEqual(new Set([1]));
    expect(all.every(({ running }) => running)).toBe(true);
    // Whoever lives long shows whether it holds more and more.
    expect(kills.some(({ name }) => name === 'worker-2' || name === 'api-2')).toBe(false);
  });

  it('are missed where there were none, or none of a kind', () => {
    const kinds = ['worker-1', 'postgresql'];
    expect(missingKills([], kinds, 10)).toEqual(['Nothing was killed.']);
    expect(missingKills([{ name: 'worker-1' }], kinds, 10)).toEqual(['postgresql was never killed.']);
    expect(missingKills([{ name: 'worker-1' }, { name: 'postgresql' }], kinds, 10)).toEqual([]);
    expect(missingKills([{ name: 'worker-1' }], kinds, 5)).toEqual([]);
  });
});

describe('the memory of a soak', () => {
  const samples = (name: string, ...mebibytes: number[]): Sample[] =>
    mebibytes.map((each, minute) => ({ name, atMs: minute * minuteMs, bytes: each * mebibyte }));

  it('is compared by the medians of the first and the last window, for each process', () => {
    // One that was just started, or collects its garbage, says nothing.
    const seen = [
      ...samples('worker', 10, 100, 101, 200, 300, 102, 103, 10),
      ...samples('api', 50, 50, 50, 50, 50, 50, 50, 90),
    ];
    expect(growthOf(seen, 3 * minuteMs)).toEqual([
      { name: 'worker', firstBytes: 100 * mebibyte, lastBytes: 102 * mebibyte },
      { name: 'api', firstBytes: 50 * mebibyte, lastBytes: 50 * mebibyte },
    ]);
  });

  it.each([
    ['a program that stays as it is', 100, 120, programTolerance, true],
    ['a small program that takes a little more', 20, 43, programTolerance, true],
    ['a program that grows', 100, 126, programTolerance, false],
    ['a server that fills its caches', 150, 400, serverTolerance, true],
    ['a server that grows', 300, 700, serverTolerance, false],
    ['a process that was not seen in the end', 100, Number.NaN, programTolerance, false],
  ])('%s', (_, first, last, tolerance, flat) => {
    expect(isFlat({ name: 'x', firstBytes: first * mebibyte, lastBytes: last * mebibyte }, tolerance)).toBe(flat);
  });
});
