import express, { type Request, type Response, type Router } from 'express';
import { findSurveyedDelivery, recordSurveyAnswer } from '../../db/queries/survey-answers';
import type { SurveyType } from '../../db/schema';
import { isScoreOf } from '../../surveys/scales';
import { readSurveyToken } from '../../surveys/survey-link';
import type { ApiDeps } from '../deps';
import { ApiProblem, notFound } from '../problems';
import { readJsonBody } from '../read-body';
import { RequestDeadline } from '../request-deadline';
import { surveyAnswerInput } from '../schemas/surveys';
import { scoreOutOfRange } from '../survey-scores';
import { validate } from '../validate';

/** A survey as the web chat shows it. */
export type SurveyAnswer = {
  type: SurveyType;
  /** The newest answer; null: none yet. */
  answered: { score: number; comment: string | null } | null;
  /** It cannot be answered any more. */
  expired: boolean;
};

const sendsJson = (req: Request) => Boolean(req.is('application/json'));
const readsJson = (req: Request) => req.accepts(['html', 'json']) === 'json';

const send = (res: Response, survey: SurveyAnswer) => {
  res.status(200).type('application/json').send(JSON.stringify(survey));
};

/** The survey behind a link for programs in a page of ours, which show and answer it themselves. Errors are problems. */
export function surveyJsonRoutes(deps: ApiDeps): Router {
  const { db } = deps.database;
  const router = express.Router({ caseSensitive: true });

  /** @throws ApiProblem 404 for a link that leads nowhere */
  async function surveyOf(req: Request, res: Response, deadline: RequestDeadline) {
    res.locals.route = '/s/{token}';
    res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
    const ticket = readSurveyToken(deps.secretBox, String(req.params.token));
    const found = ticket && (await deadline.database(findSurveyedDelivery(db, ticket.deliveryId)));
    if (!ticket || !found?.type) throw notFound('survey');
    const { id, type, answer } = found;
    return {
      id,
      type,
      answered: answer && { score: answer.score, comment: answer.comment },
      expiresAt: ticket.expiresAt,
    };
  }
  const isOver = (expiresAt: Date) => expiresAt.getTime() <= deps.clock();

  router.get('/s/:token', async (req, res, next) => {
    if (!readsJson(req)) return next();
    const { type, answered, expiresAt } = await surveyOf(req, res, new RequestDeadline());
    send(res, { type, answered, expired: isOver(expiresAt) });
  });

  router.post('/s/:token', async (req, res, next) => {
    if (!sendsJson(req)) return next();
    const { score, comment } = validate(surveyAnswerInput, (await readJsonBody(req, res, ['application/json'])) ?? {});
    const deadline = new RequestDeadline();
    const { id, type, expiresAt } = await surveyOf(req, res, deadline);
    if (isOver(expiresAt)) throw new ApiProblem('gone', 'The link of this survey has expired.');
    if (!isScoreOf(type, score)) throw scoreOutOfRange(type);
    const answered = { score, comment: comment?.trim() || null };
    await deadline.database(recordSurveyAnswer(db, id, { ...answered, at: new Date(deps.clock()) }));
    send(res, { type, answered, expired: false });
  });

  return router;
}
