import { DeadlineExceededError } from '../deadline';
import { ApiProblem, unavailable } from './problems';

/** An error and all that caused it, outermost first. */
function* chain(error: unknown): Generator<object> {
  let current = error;
  for (let depth = 0; depth < 10 && typeof current === 'object' && current !== null; depth++) {
    yield current;
    current = (current as { cause?: unknown }).cause;
  }
}

const codeOf = (error: object): unknown => (error as { code?: unknown }).code;
const detailsOf = (error: object): unknown => (error as { details?: unknown }).details;

/**
 * PostgreSQL cannot serve the statement now, but may soon: connection (08), resources (53: too many connections),
 * operator intervention (57: shutdown, cancelled), deadlock, serialisation, lock time-out; and the driver's own.
 * See PostgreSQL's Appendix A and the errors of postgres.js.
 */
const databaseAway =
  /^(08...|53...|57...|40001|40P01|55P03|25P03|CONNECTION_\w+|CONNECT_TIMEOUT|ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT)$/;

/** gRPC status codes (https://grpc.io/docs/guides/status-codes/) with a meaning of their own here. */
const grpc = { invalidArgument: 3, resourceExhausted: 8 } as const;

/**
 * The server's word for a run that holds as many signals as it may, by default 10,000. Its code says that the request is
 * at fault, but the same request is taken once a worker has come to those, and another run goes on.
 */
const runIsFull = 'exceeded workflow execution limit for signal events';

/** A server that was just told of the search attributes may not know them for a moment. */
const notKnownYet = /no mapping defined for search attribute/i;

/** The problem behind an error of PostgreSQL or of a deadline; null when it is neither. */
export function problemOfDatabase(error: unknown): ApiProblem | null {
  for (const link of chain(error)) {
    if (link instanceof DeadlineExceededError) return unavailable(link.what);
    const code = codeOf(link);
    if (typeof code === 'string' && databaseAway.test(code)) return unavailable('The database');
  }
  return null;
}

/**
 * The problem behind an error of Temporal: too much for it (429), away or too slow (503). null when it is none of
 * Temporal's, or one that trying again does not mend.
 */
export function problemOfTemporal(error: unknown): ApiProblem | null {
  for (const link of chain(error)) {
    if (link instanceof DeadlineExceededError) return unavailable(link.what);
    const code = codeOf(link);
    if (typeof code !== 'number') continue;
    const isTooMuch = code === grpc.resourceExhausted || detailsOf(link) === runIsFull;
    if (code === grpc.invalidArgument && !isTooMuch && !notKnownYet.test(String(detailsOf(link)))) return null;
    if (isTooMuch) {
      return new ApiProblem('too_many_requests', 'More events came in than can be kept at the moment.', [], {
        'Retry-After': '1',
      });
    }
    return unavailable('Temporal');
  }
  return null;
}
