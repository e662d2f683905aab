import type { SurveyType } from '../db/schema';
import { scoresOf } from './scales';

/** What is asked, and what the lowest and the highest score stand for. */
export const surveyQuestions: Record<SurveyType, { question: string; lowest: string; highest: string }> = {
  csat: {
    question: 'How satisfied are you with this conversation?',
    lowest: 'Not at all satisfied',
    highest: 'Very satisfied',
  },
  nps: {
    question: 'How likely are you to recommend us to a friend or colleague?',
    lowest: 'Not at all likely',
    highest: 'Extremely likely',
  },
  ces: {
    question: 'How easy was it to get what you needed?',
    lowest: 'Very difficult',
    highest: 'Very easy',
  },
  thumbs: { question: 'Was this conversation helpful?', lowest: 'No', highest: 'Yes' },
};

/** The scores in the order in which they are offered: yes before no, as people expect; scales from low to high. */
export const offeredScores = (type: SurveyType): number[] =>
  type === 'thumbs' ? scoresOf(type).reverse() : scoresOf(type);

/** What is read out for a score: the ends of a scale with their meaning. */
export function spokenChoice(type: SurveyType, score: number): string {
  const { lowest, highest } = surveyQuestions[type];
  const scores = scoresOf(type);
  const last = scores.at(-1);
  if (type === 'thumbs') return score === last ? highest : lowest;
  if (score === scores[0]) return `${score}, ${lowest}`;
  return score === last ? `${score}, ${highest}` : `${score} of ${last}`;
}
