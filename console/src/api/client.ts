import { createFollowupsClient, ProblemError } from '../../../client/src/browser';
import { fetchWithToken } from './sign-in';

export type * from '../../../client/src/browser';
export { every, NoAnswerError, ProblemError } from '../../../client/src/browser';

/** A test of a channel is answered when its gateway has had its 10 seconds: a page waits for longer than that. */
const timeoutMs = 15_000;

/** The public API. Who calls is known by the cookie; a token shows that it is this page that calls. */
export const api = createFollowupsClient({ baseUrl: '', retries: 2, timeoutMs, fetch: fetchWithToken });

export const isProblem = (error: unknown, code: string): error is ProblemError =>
  error instanceof ProblemError && error.code === code;
