import { parseOptions } from '../../bench/options';
import { sizesOf } from '../../bench/sizes';

test('both forms and all rounds unless told otherwise', () => {
  expect(parseOptions([])).toEqual({ quick: false, json: false, forms: ['embedded', 'cluster'], rounds: null });
  expect(parseOptions(['--quick']).forms).toEqual(['embedded']);
  expect(parseOptions(['--quick', '--json', '--form', 'cluster', '--rounds', '3'])).toEqual({
    ...{ quick: true, json: true, forms: ['cluster'], rounds: 3 },
  });
});

test('what is not understood is said, with how it is used', () => {
  expect(() => parseOptions(['--form', 'cloud'])).toThrow(/embedded, cluster.*npm run bench/s);
  expect(() => parseOptions(['--rounds', '0'])).toThrow(/whole number/);
  expect(() => parseOptions(['--slow'])).toThrow(/npm run bench/);
});

test('quick is smaller in every number, and rounds can be chosen', () => {
  const [quick, full] = [true, false].map((each) => sizesOf({ quick: each, rounds: null }));
  expect(quick?.burst).toBeLessThan(full?.burst ?? 0);
  expect(sizesOf({ quick: true, rounds: 7 }).rounds).toBe(7);
});
