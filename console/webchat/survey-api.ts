import { ProblemError } from '../../client/src/errors';
import { send } from '../../client/src/requests';

export type SurveyAnswer = { score: number; comment: string | null };
export type SurveyState = { answered: SurveyAnswer | null; expired: boolean };

/** A survey's page is here, too, whatever its public address is. Its path is all that one needs to answer. */
async function call(url: string, answer: SurveyAnswer | null): Promise<SurveyState> {
  const response = await send(
    { baseUrl: '', headers: () => ({}), fetch: (...request) => fetch(...request), retries: 2, timeoutMs: 10_000 },
    {
      method: answer ? 'POST' : 'GET',
      path: new URL(url, location.href).pathname,
      headers: { accept: 'application/json', ...(answer ? { 'content-type': 'application/json' } : {}) },
      body: answer ? JSON.stringify({ score: answer.score, comment: answer.comment ?? undefined }) : null,
      // A later answer replaces an earlier one, so the same one again changes nothing.
      repeatable: true,
      signal: undefined,
    },
  );
  return response.json();
}

export const readSurvey = (url: string): Promise<SurveyState> => call(url, null);

/** @throws ProblemError (see {@link isClosed}), NoAnswerError */
export const answerSurvey = (url: string, answer: SurveyAnswer): Promise<SurveyState> => call(url, answer);

/** The link of the survey has expired. */
export const isClosed = (error: unknown): boolean => error instanceof ProblemError && error.status === 410;
