/** What was waited for did not come within its time. */
export class DeadlineExceededError extends Error {
  constructor(
    readonly what: string,
    readonly afterMs: number,
  ) {
    super(`${what} gave no answer within ${afterMs} ms`);
    this.name = 'DeadlineExceededError';
  }
}

/**
 * Waits for `promise`, but at most `deadlineMs`; then rejects with {@link DeadlineExceededError}. What was begun
 * is not undone: use it where an answer that comes too late does no harm.
 *
 * @param what names what is waited for, as the subject of a sentence
 */
export async function withDeadline<T>(what: string, deadlineMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineExceededError(what, deadlineMs)), deadlineMs);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => {});
  }
}
