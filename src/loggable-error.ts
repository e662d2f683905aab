/** What a log holds of an error: what it is and where it came from. */
export interface LoggableError {
  type: string;
  code?: string;
  message?: string;
  /** Of PostgreSQL: which rule was broken, without a value. */
  table?: string;
  constraint?: string;
  stack: string[];
  cause?: LoggableError;
}

/** An error may be its own cause. */
const mostCauses = 5;

/**
 * PostgreSQL's classes of errors whose messages name things of the database, and never repeat a value: connection,
 * authorization, unknown database or schema, syntax and unknown names, resources, operator intervention (Appendix A).
 */
const namesOnly = /^(08|28|3D|3F|42|53|57)/;

/**
 * An error as it may be logged. Messages that repeat a statement's parameters or a value are left out: they would hold
 * texts, conversation ids and hashes of keys. So is every other field that somebody put on an error.
 */
export function loggableError(error: unknown, causes = mostCauses): unknown {
  return error instanceof Error ? describe(error, causes) : typeof error;
}

function describe(error: Error, causes: number): LoggableError {
  const { code, table_name: table, constraint_name: constraint, cause } = error as Error & Record<string, unknown>;
  return {
    type: error.name === 'Error' ? error.constructor.name : error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(isSpeakable(error) ? { message: error.message } : {}),
    ...(typeof table === 'string' ? { table } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
    stack: framesOf(error),
    ...(cause instanceof Error && causes > 0 ? { cause: describe(cause, causes - 1) } : {}),
  };
}

/** An error that ends a program, in one line for people; with the same care. */
export function errorInWords(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : typeof error;
  // Node.js gives none to a connection that was refused at every address.
  if (isSpeakable(error)) return error.message || String((error as { code?: unknown }).code ?? error.name);
  if (error.cause instanceof Error) return errorInWords(error.cause);
  return `the database refused a statement (${String((error as { code?: unknown }).code)})`;
}

/** Drizzle's messages hold the statement and its parameters; PostgreSQL's may hold the value that it refused. */
function isSpeakable(error: Error): boolean {
  if ('query' in error && 'params' in error) return false;
  return error.name !== 'PostgresError' || namesOnly.test(String((error as { code?: unknown }).code));
}

/** The frames alone: the first lines of a stack repeat the message. */
function framesOf({ stack = '' }: Error): string[] {
  return stack.split('\n').flatMap((line) => /^\s+at (.*)/.exec(line)?.[1] ?? []);
}
