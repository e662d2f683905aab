import { surveyScales } from '../../../../src/surveys/scales';
import type { SurveyStats } from '../../api/client';
import { percent } from '../../words/numbers';

/** What the score of each type tells. */
export const scoreMeanings: Record<SurveyStats['type'], string> = {
  csat: 'CSAT: gave 4 or 5 of 5',
  nps: 'NPS: from −100 to 100',
  ces: 'CES: mean of 1 to 7',
  thumbs: 'Thumbs up',
};

/** From the worst score of each type to its best. */
export const scoreRanges: Record<SurveyStats['type'], [number, number]> = {
  csat: [0, 1],
  nps: [-100, 100],
  ces: [1, 7],
  thumbs: [0, 1],
};

/** @returns a dash where nobody has answered */
export function scoreInWords({ type, score }: Pick<SurveyStats, 'type' | 'score'>): string {
  if (score === null) return '–';
  if (type === 'csat' || type === 'thumbs') return percent(score);
  const digits = { maximumFractionDigits: 1 };
  return type === 'ces'
    ? score.toLocaleString('en-GB', digits)
    : score.toLocaleString('en-GB', { ...digits, signDisplay: 'exceptZero' }).replace('-', '−');
}

/** One answer in words: "4 of 5", "thumbs up". */
export const answerInWords = (type: SurveyStats['type'], score: number): string =>
  type === 'thumbs' ? (score === 1 ? 'thumbs up' : 'thumbs down') : `${score} of ${surveyScales[type].max}`;
