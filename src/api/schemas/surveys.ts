import * as z from 'zod';
import { instant, issue, wholeNumber } from './common';

const score = wholeNumber(
  0,
  10,
  'csat 1–5 (5: very satisfied), nps 0–10 (10: extremely likely), ces 1–7 (7: very easy), thumbs 0–1 (1: up).',
  4,
);

const comment = z
  .string()
  .check((context) => {
    if ([...context.value].length > 2_000) {
      context.issues.push(issue(context.value, 'too_long', 'must have at most 2000 characters'));
    }
  })
  .nullable()
  .meta({ description: 'What the user added.', example: 'Quick and friendly.', maxLength: 2_000 });

export const surveyAnswerInput = z
  .strictObject({ score, comment: comment.default(null) })
  .meta({ id: 'SurveyAnswerInput', example: { score: 4, comment: 'Quick and friendly.' } });

export const surveyAnswer = z
  .strictObject({ score, comment, at: instant('When it was given.') })
  .meta({ id: 'SurveyAnswer', description: 'The newest answer to the survey.' });
