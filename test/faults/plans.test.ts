import type { ReportedEvent } from './checker/facts';
import { expectationsOf } from './plans/model';
import { makePlan } from './plans/plan';
import { seedsToRun } from './plans/regressions';

describe('a random plan', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(makePlan(7, 'cluster')).toEqual(makePlan(7, 'cluster'));
    expect(makePlan(7, 'cluster')).not.toEqual(makePlan(8, 'cluster'));
  });

  it('is run for every seed that is asked for, and for those that once failed, once each', () => {
    expect(seedsToRun(1, 3, [])).toEqual([1, 2, 3]);
    expect(seedsToRun(1, 3, [42, 2])).toEqual([42, 2, 1, 3]);
    expect(seedsToRun(1, 0, [42])).toEqual([]);
  });
});

/** Who said what after how many seconds, acknowledged a tenth of a second later unless told otherwise. */
function events(...said: [string, number, number?][]): ReportedEvent[] {
  return said.map(([from, seconds, acknowledgedSeconds = seconds + 0.1], index) => ({
    ...{ conversationId: 'c-1', id: `m-${index}`, way: 'rest', atMs: seconds * 1_000 },
    ...{ acknowledgedMs: acknowledgedSeconds * 1_000, acknowledgedAtMs: acknowledgedSeconds * 1_000 },
    ...(from === 'end' ? { kind: 'end', from: null } : { kind: 'message', from: from as 'agent' | 'user' }),
  }));
}

describe('the model', () => {
  const sends = (said: ReportedEvent[], ambiguousSend: 'retry' | 'never_repeat' = 'retry') => {
    const [expected] = expectationsOf('c-1', said, [{ id: 'flw_1', delayMs: 5_000 }], { ambiguousSend });
    return [expected?.atLeast, expected?.atMost, ...(expected?.unknownInstead ? ['or unknown'] : [])];
  };

  it.each<[string, ReportedEvent[], (number | string)[]]>([
    ['a silence to the end', events(['agent', 1]), [1, 1]],
    ['a silence that nobody may be sure of', events(['agent', 1, 70]), [0, 1]],
    ['a reply in time', events(['agent', 1], ['user', 3]), [0, 0]],
    ['a reply that was reported too late to be sure', events(['agent', 1], ['user', 3, 7]), [0, 1]],
    ['a reply after the due time', events(['agent', 1], ['user', 8]), [0, 1]],
    ['a new silence after a reply', events(['agent', 1], ['user', 3], ['agent', 4]), [1, 1]],
    ['a new silence after a race', events(['agent', 1], ['agent', 8]), [1, 1, 'or unknown']],
    ['an end in time', events(['agent', 1], ['end', 2]), [0, 0]],
    ['a second session', events(['agent', 1], ['end', 9], ['agent', 10]), [1, 2]],
    ['nobody but the user', events(['user', 1]), [0, 0]],
  ])('%s', (_, said, expected) => {
    expect(sends(said)).toEqual(expected);
  });

  it('is sure of no send where an attempt that was cut off is the last one', () => {
    expect(sends(events(['agent', 1]), 'never_repeat')).toEqual([0, 1]);
  });
});
