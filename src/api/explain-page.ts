import type { SessionRow } from '../db/queries/sessions';
import type { ApiDeps } from './deps';
import { explainSession } from './explain-session';
import type { RequestDeadline } from './request-deadline';
import type { SessionAnswer } from './schemas/sessions';
import { sessionAnswerOf } from './session-answer';

/** So many workflows are asked at a time: the question before a send must not queue behind a page. */
const atATime = 8;
/** Kept back so that the answer itself is in time. */
const reserveMs = 500;

/**
 * Explains the sessions of a page. What `waiting` and `armed` are, only the workflows know; one that does not answer
 * in time must not spoil the page, so its session is told from its row, with `armed` null.
 */
export async function explainPage(
  deps: ApiDeps,
  rows: SessionRow[],
  deadline: RequestDeadline,
): Promise<SessionAnswer[]> {
  const answers: SessionAnswer[] = new Array(rows.length);
  let next = 0;
  const work = async () => {
    for (let index = next++; index < rows.length; index = next++) {
      const row = rows[index] as SessionRow;
      try {
        answers[index] =
          deadline.remainingMs() > reserveMs
            ? await deadline.within('The session', explainSession(deps, row), reserveMs)
            : sessionAnswerOf(deps, row);
      } catch (error) {
        deps.logger.debug({ err: error, sessionId: row.id }, 'A session of a page could not be explained');
        answers[index] = sessionAnswerOf(deps, row);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, rows.length) }, work));
  return answers;
}
