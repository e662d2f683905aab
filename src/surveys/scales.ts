import type { SurveyType } from '../db/schema';

/** The whole numbers that a survey of each type can be answered with, both ends included. */
export const surveyScales: Record<SurveyType, { min: number; max: number }> = {
  csat: { min: 1, max: 5 },
  nps: { min: 0, max: 10 },
  ces: { min: 1, max: 7 },
  thumbs: { min: 0, max: 1 },
};

export const surveyTypes = Object.keys(surveyScales) as SurveyType[];

/** Every score of a type, from the lowest on. */
export const scoresOf = (type: SurveyType): number[] => {
  const { min, max } = surveyScales[type];
  return Array.from({ length: max - min + 1 }, (_, index) => min + index);
};

export const isScoreOf = (type: SurveyType, score: number): boolean => scoresOf(type).includes(score);

/**
 * The one figure that sums up a survey: csat, the share of 4 and 5, 0 to 1; nps, the percentage of promoters (9–10)
 * minus that of detractors (0–6), −100 to 100; ces, the mean; thumbs, the share of 1, 0 to 1.
 *
 * @param answersOf how often a score was given
 * @returns null without answers
 */
export function surveyScore(type: SurveyType, answersOf: (score: number) => number): number | null {
  const count = (wanted: (score: number) => boolean) =>
    scoresOf(type)
      .filter(wanted)
      .reduce((sum, score) => sum + answersOf(score), 0);
  const answers = count(() => true);
  if (answers === 0) return null;
  switch (type) {
    case 'csat':
      return count((score) => score >= 4) / answers;
    case 'nps':
      return (100 * (count((score) => score >= 9) - count((score) => score <= 6))) / answers;
    case 'ces':
      return scoresOf(type).reduce((sum, score) => sum + score * answersOf(score), 0) / answers;
    case 'thumbs':
      return answersOf(1) / answers;
  }
}
