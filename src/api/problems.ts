/** One thing that is wrong with a request. */
export type FieldError = {
  /** Where: `delaySeconds`, `identity.availability.weekly[0].from`; empty for the whole body. */
  path: string;
  /** What kind of mistake, for programs. */
  code: string;
  /** What to do about it, with a valid example, for people. */
  message: string;
};

/** Every kind of problem: its HTTP status, what it means, and what to do about it. Served at `/problems/{code}`. */
export const problemKinds = {
  malformed_request: {
    status: 400,
    title: 'Malformed request',
    remedy: 'Send a complete HTTP request whose URL is correctly percent-encoded.',
  },
  malformed_json: {
    status: 400,
    title: 'Malformed JSON',
    remedy: 'Send one JSON object in UTF-8, with every key once and no more than 32 levels of nesting.',
  },
  unauthorized: {
    status: 401,
    title: 'No valid API key',
    remedy: 'Send the header "Authorization: Bearer fup_…" with a key that is neither revoked nor expired.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed with this key',
    remedy: 'Use a key with the scope, and for a gateway the channel, that the call needs.',
  },
  csrf_failed: {
    status: 403,
    title: 'Not sent by the console',
    remedy:
      'Signed in with the cookie of the console, send its CSRF token as X-CSRF-Token, from a page of this origin. A program sends "Authorization: Bearer fup_…" in place of the cookie.',
  },
  not_found: { status: 404, title: 'Not found', remedy: 'Check the path and the id; what was deleted is not found.' },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    remedy: 'Use one of the methods named in the Allow header.',
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    remedy: 'The thing is in a state that does not allow this; the detail says what has to be done first.',
  },
  gone: { status: 410, title: 'Not there any more', remedy: 'Nothing can be done: it was there for a time only.' },
  precondition_failed: {
    status: 412,
    title: 'Changed in the meantime',
    remedy: 'Read the thing again, and send its ETag as If-Match.',
  },
  body_too_large: {
    status: 413,
    title: 'Body too large',
    remedy: 'Send at most 64 KB, or 1 MB in a batch of messages.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    remedy: 'Send "Content-Type: application/json" in UTF-8, without Content-Encoding.',
  },
  validation_failed: {
    status: 422,
    title: 'The request is not valid',
    remedy: 'Each entry of "errors" names a field, what is wrong with it, and a valid example.',
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests',
    remedy: 'Wait for the seconds given in Retry-After, then send the same request again.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    remedy: 'Nothing was wrong with the request. The log has more under the requestId.',
  },
  temporarily_unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    remedy: 'Wait for the seconds given in Retry-After, then send the same request again: an event counts once.',
  },
} as const satisfies Record<string, { status: number; title: string; remedy: string }>;

export type ProblemCode = keyof typeof problemKinds;

/** What a request ends with when it cannot be answered; becomes `application/problem+json` (RFC 9457). */
export class ApiProblem extends Error {
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly errors: FieldError[] = [],
    readonly headers: Record<string, string> = {},
  ) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = problemKinds[code].status;
  }
}

/** 422 with all that is wrong. */
export function invalid(errors: FieldError[]): ApiProblem {
  const fields = [...new Set(errors.map((error) => error.path || 'the body'))].join(', ');
  return new ApiProblem('validation_failed', `Not valid: ${fields}.`, errors);
}

/** 422 for one field. */
export const invalidField = (path: string, code: string, message: string): ApiProblem =>
  invalid([{ path, code, message }]);

/** 404: nothing (or nothing any more) has this id. */
export const notFound = (what: string): ApiProblem =>
  new ApiProblem('not_found', `There is no such ${what}, or it was deleted.`);

/** 503: a part is away or too slow; nothing was lost, and the same request may be sent again. */
export const unavailable = (what: string): ApiProblem =>
  new ApiProblem('temporarily_unavailable', `${what} cannot answer at the moment.`, [], { 'Retry-After': '1' });

/** The body of the answer. */
export function problemBody(problem: ApiProblem, publicUrl: string, requestId: string) {
  return {
    type: `${publicUrl}/problems/${problem.code}`,
    title: problemKinds[problem.code].title,
    status: problem.status,
    detail: problem.detail,
    code: problem.code,
    errors: problem.errors,
    requestId,
  };
}

/** The same for one of several things in a request. */
export function problemOfOne(problem: ApiProblem, publicUrl: string) {
  const { requestId: _, ...body } = problemBody(problem, publicUrl, '');
  return body;
}
