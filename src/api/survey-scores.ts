import type { SurveyType } from '../db/schema';
import { surveyScales } from '../surveys/scales';
import { type ApiProblem, invalidField } from './problems';

/** 422 for a score that surveys of this type do not have. */
export function scoreOutOfRange(type: SurveyType): ApiProblem {
  const { min, max } = surveyScales[type];
  return invalidField(
    'score',
    'out_of_range',
    `"score" must be a whole number from ${min} to ${max} for a survey of the type "${type}", for example ${max}.`,
  );
}
