import { forms } from './installation/installation';
import { rows01To12 } from './planted/verdicts/rows-01-to-12';
import { rows13To21 } from './planted/verdicts/rows-13-to-21';
import { rows22To31 } from './planted/verdicts/rows-22-to-31';
import { rows32To38 } from './planted/verdicts/rows-32-to-38';
import { allRows } from './rows';

/*
 * The verdict of every row on something that is right, and on the same with one thing wrong in it. Some rows are also
 * run as a whole on a service that is wrong, in planted.test.ts.
 */
const planted = [...rows01To12, ...rows13To21, ...rows22To31, ...rows32To38];
const matrix = Array.from({ length: 38 }, (_, index) => index + 1);

describe('a planted violation is reported', () => {
  it.each(planted.map((one) => [one.row, one.what, one] as const))('row %i: %s', (_row, _what, one) => {
    expect(one.ofClean).toEqual([]);
    expect(one.ofWrong).not.toEqual([]);
    for (const failure of one.ofWrong) expect(failure).toMatch(one.wanted);
  });

  it('in every row', () => {
    expect([...new Set(planted.map(({ row }) => row))]).toEqual(matrix);
  });
});

describe('the fault matrix', () => {
  it('has each of its 38 rows once, on both forms', () => {
    expect(allRows().map(({ number }) => number)).toEqual(matrix);
    for (const row of allRows()) expect([row.number, row.forms]).toEqual([row.number, forms]);
  });
});
