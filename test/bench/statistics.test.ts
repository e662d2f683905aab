import { differences, median, quantile, ratios, rotated, spread } from '../../bench/statistics';

test('the median of an odd and of an even number of values, in any order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
  expect(() => median([])).toThrow(RangeError);
});

test('a quantile is one of the values', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(quantile(values, 0.99)).toBe(100);
  expect(quantile(values, 0.5)).toBe(51);
  expect(quantile(values, 0)).toBe(1);
});

test('rounds are compared with their own floor', () => {
  expect(ratios([2, 9], [1, 3])).toEqual([2, 3]);
  expect(differences([20, 90], [10, 30])).toEqual([10, 60]);
  expect(spread([2, 3])).toEqual({ median: 2.5, min: 2, max: 3 });
});

test('every round begins with another one', () => {
  expect([0, 1, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'abc']);
});
