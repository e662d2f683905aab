import { ApplicationFailure } from '@temporalio/common';

/**
 * What an activity may say of a failure to Temporal, where failure messages are kept in plain text: the kind of the
 * failure and a code, never a message, which may carry SQL with its parameters.
 */
export function describeFailure(error: unknown): string {
  const cause = rootCause(error);
  const name = cause instanceof Error ? cause.name : typeof cause;
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[A-Za-z0-9_]{1,40}$/.test(code) ? `${name} (${code})` : name;
}

function rootCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  return cause;
}

/** Wraps an activity so that nothing but {@link describeFailure} leaves it. Everything that fails here is retried. */
export function withSafeFailures<A extends unknown[], R>(
  activity: string,
  run: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await run(...args);
    } catch (error) {
      if (error instanceof ApplicationFailure) throw error;
      throw ApplicationFailure.create({
        message: `${activity} failed: ${describeFailure(error)}`,
        type: 'ActivityFailed',
        nonRetryable: false,
      });
    }
  };
}
