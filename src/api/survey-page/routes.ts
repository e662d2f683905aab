import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import { findSurveyedDelivery, recordSurveyAnswer, type SurveyedDelivery } from '../../db/queries/survey-answers';
import type { SurveyType } from '../../db/schema';
import { isScoreOf } from '../../surveys/scales';
import { readSurveyToken } from '../../surveys/survey-link';
import type { ApiDeps } from '../deps';
import { RequestDeadline } from '../request-deadline';
import {
  expiredPage,
  maxCommentLength,
  questionPage,
  thanksPage,
  tooLargePage,
  troublePage,
  unknownPage,
} from './page';
import { contentSecurityPolicy } from './style';

/** A comment of 2,000 characters has 24,000 bytes at most, percent-encoded. */
const readForm = express.urlencoded({ extended: false, limit: 32_768, parameterLimit: 20, inflate: false });

const show = (res: Response, status: number, page: string) => {
  res.status(status).type('html').send(page);
};

const headers: RequestHandler = (_req, res, next) => {
  res.locals.route = '/s/{token}';
  res.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': contentSecurityPolicy,
    'Referrer-Policy': 'no-referrer',
    'X-Robots-Tag': 'noindex, nofollow',
  });
  next();
};

type Survey = SurveyedDelivery & { type: SurveyType };

const scoreOf = (type: SurveyType, field: unknown): number | null => {
  const score = typeof field === 'string' && /^\d{1,2}$/.test(field) ? Number(field) : Number.NaN;
  return isScoreOf(type, score) ? score : null;
};

/** Line ends as they are kept, without what PostgreSQL cannot keep; null when nothing is left of it. */
function commentOf(field: unknown): string | null {
  if (typeof field !== 'string') return null;
  return field.replace(/\r\n?/g, '\n').replaceAll('\0', '').trim() || null;
}

/**
 * The page that the link of a survey leads to: plain HTML that works without a script. The link is all that one needs
 * to answer; a later answer replaces the earlier one.
 */
export function surveyPageRoutes(deps: ApiDeps): Router {
  const { db } = deps.database;
  const router = express.Router({ caseSensitive: true });

  /** Finds the survey of a link, or answers with why there is none. */
  async function surveyOf(req: Request, res: Response, deadline: RequestDeadline): Promise<Survey | null> {
    const ticket = readSurveyToken(deps.secretBox, String(req.params.token));
    if (ticket && ticket.expiresAt.getTime() <= deps.clock()) {
      show(res, 410, expiredPage);
      return null;
    }
    const found = ticket && (await deadline.database(findSurveyedDelivery(db, ticket.deliveryId)));
    if (found?.type) return { ...found, type: found.type };
    show(res, 404, unknownPage);
    return null;
  }

  router.all('/s/:token', headers);

  router.get('/s/:token', async (req, res) => {
    const survey = await surveyOf(req, res, new RequestDeadline());
    if (!survey) return;
    show(res, 200, survey.answer ? thanksPage(survey.type, survey.answer) : questionPage(survey.type));
  });

  router.post('/s/:token', readForm, async (req, res) => {
    const deadline = new RequestDeadline();
    const survey = await surveyOf(req, res, deadline);
    if (!survey) return;
    const fields = (req.body ?? {}) as Record<string, unknown>;
    const score = scoreOf(survey.type, fields.score);
    if (score === null) {
      show(res, 422, questionPage(survey.type, 'Please choose one of these.'));
      return;
    }
    const comment = commentOf(fields.comment);
    if (comment !== null && [...comment].length > maxCommentLength) {
      const complaint = `That is too long: please write at most ${maxCommentLength.toLocaleString('en')} characters.`;
      show(res, 422, thanksPage(survey.type, { score, comment }, complaint));
      return;
    }
    await deadline.database(recordSurveyAnswer(db, survey.id, { score, comment, at: new Date(deps.clock()) }));
    // Shown by a request of its own, so that reloading the page sends nothing again. Relative: a proxy may add a path.
    res.status(303).set('Location', String(req.params.token)).end();
  });

  const failed: ErrorRequestHandler = (error: unknown, _req, res, next) => {
    const { status } = error as { status?: unknown };
    if (res.headersSent) {
      next(error);
    } else if (status === 413) {
      show(res, 413, tooLargePage);
    } else if (typeof status === 'number' && status >= 400 && status < 500) {
      show(res, 400, unknownPage);
    } else {
      deps.logger.warn({ err: error, requestId: res.locals.requestId }, 'A survey could not be shown or answered');
      res.set('Retry-After', '60');
      show(res, 503, troublePage);
    }
  };
  router.use('/s', failed);
  return router;
}
