import { NoAnswerError, type ProblemError, problemOf } from './errors';
import { sleep } from './sleep';

export type Connection = {
  /** Of the API, without a slash at the end: `https://followups.example.com`. */
  baseUrl: string;
  /** Who calls. */
  headers: () => Record<string, string>;
  fetch: typeof fetch;
  /** How often a request is repeated at most. */
  retries: number;
  /** How long one attempt may take. */
  timeoutMs: number;
};

export type Request = {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body: string | null;
  /** Whether it does no harm to send it again when nobody knows whether it took effect. */
  repeatable: boolean;
  signal: AbortSignal | undefined;
};

/** Longer than this nobody waits for a request: the caller is told instead. */
const longestPauseMs = 30_000;

/** Exponential, with jitter (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter). */
export const pauseMs = (attempt: number) => Math.min(8_000, 250 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);

/**
 * Makes a request, again where that may help: after 429 always (nothing was done), after 503 and without an answer when
 * it is repeatable.
 *
 * @throws ProblemError, NoAnswerError, or the signal's reason
 */
export async function send(connection: Connection, request: Request): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await attemptOf(connection, request);
    if (response instanceof Response && response.ok) return response;
    // A repeated DELETE finds nothing when the first one did its work and only its answer was lost.
    if (response instanceof Response && response.status === 404 && request.method === 'DELETE' && attempt > 1) {
      return new Response(null, { status: 204 });
    }
    const error = response instanceof Response ? await problemOf(response) : response;
    const waitMs = attempt <= connection.retries ? pauseBefore(error, request, attempt) : null;
    if (waitMs === null) throw error;
    await sleep(waitMs, request.signal);
  }
}

/** null: it is not to be sent again. */
function pauseBefore(error: ProblemError | NoAnswerError, { repeatable }: Request, attempt: number): number | null {
  if (error instanceof NoAnswerError) return repeatable ? pauseMs(attempt) : null;
  const mayPass = error.status === 429 || (repeatable && [502, 503, 504].includes(error.status));
  if (!mayPass) return null;
  const waitMs = error.retryAfterSeconds === null ? pauseMs(attempt) : error.retryAfterSeconds * 1_000;
  return waitMs <= longestPauseMs ? waitMs : null;
}

async function attemptOf(connection: Connection, request: Request): Promise<Response | NoAnswerError> {
  const { method, path, headers, body, signal } = request;
  signal?.throwIfAborted();
  const patience = AbortSignal.timeout(connection.timeoutMs);
  try {
    const response = await connection.fetch(connection.baseUrl + path, {
      method,
      headers: { ...connection.headers(), ...headers },
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
      // A key is not to be sent to wherever an answer points.
      redirect: 'manual',
      ...(body === null ? {} : { body }),
    });
    // An answer counts when it is here as a whole.
    const whole = response.status === 204 ? null : await response.arrayBuffer();
    return new Response(whole, response);
  } catch (cause) {
    signal?.throwIfAborted();
    return new NoAnswerError(`${method} ${connection.baseUrl}${path.replace(/\?.*$/, '')} was not answered.`, {
      cause,
    });
  }
}
