import { isScoreOf, scoresOf, surveyScore } from './scales';

const counted = (scores: number[]) => (score: number) => scores.filter((one) => one === score).length;

test.each([
  ['csat', 'the share of 4 and 5', [5, 4, 3, 1], 0.5],
  ['nps', 'promoters minus detractors', [10, 9, 9, 8, 7, 6, 0, 10], 25],
  ['nps', 'below zero', [0, 6, 7, 8], -50],
  ['ces', 'the mean', [7, 6, 2], 5],
  ['thumbs', 'the share of 1', [1, 1, 0, 1], 0.75],
  ['csat', 'nothing without answers', [], null],
] as const)('%s: %s', (type, _what, answers, score) => {
  expect(surveyScore(type, counted([...answers]))).toBe(score);
});

test('the scores of each type', () => {
  expect(scoresOf('csat')).toEqual([1, 2, 3, 4, 5]);
  expect(scoresOf('nps')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(scoresOf('ces')).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(scoresOf('thumbs')).toEqual([0, 1]);
  expect([isScoreOf('csat', 0), isScoreOf('csat', 1.5), isScoreOf('nps', 0)]).toEqual([false, false, true]);
});
