/** One thing that is wrong with a request. */
export type FieldProblem = { path: string; code: string; message: string };

/** The API answered with a problem (RFC 9457). */
export class ProblemError extends Error {
  override name = 'ProblemError';

  constructor(
    /** The HTTP status. */
    readonly status: number,
    /** The kind of problem, such as `validation_failed`; `unknown` where the answer was none of the API's own. */
    readonly code: string,
    /** What happened this time, in a sentence. */
    readonly detail: string,
    /** All that is wrong with the request, field by field. */
    readonly errors: readonly FieldProblem[] = [],
    /** Names the request in the log of the service. */
    readonly requestId: string | null = null,
    /** How long the API asks to wait before the next attempt; null: it does not say. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super([`${status} ${code}: ${detail}`, ...errors.map(({ message }) => `- ${message}`)].join('\n'));
  }
}

/** No answer came, in all attempts: not reached, or too slow. Whether the last request took effect is not known. */
export class NoAnswerError extends Error {
  override name = 'NoAnswerError';
}

/** Reads the problem out of an answer. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const text = await response.text().catch(() => '');
  const retryAfter = response.headers.get('retry-after');
  const retryAfterSeconds = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  const { code, detail, errors, requestId } = parse(text);
  return new ProblemError(
    response.status,
    typeof code === 'string' ? code : 'unknown',
    typeof detail === 'string' ? detail : response.statusText || 'No reason was given.',
    Array.isArray(errors) ? errors : [],
    typeof requestId === 'string' ? requestId : response.headers.get('x-request-id'),
    retryAfterSeconds,
  );
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
