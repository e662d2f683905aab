import { withDeadline } from '../deadline';

/** What a request may take in all, so that a caller hears within 5 seconds whatever is away. */
export const requestTimeMs = 4_500;

/** Shares one request's time out among the calls that it makes. */
export class RequestDeadline {
  readonly #endsAtMs: number;

  constructor(timeMs = requestTimeMs) {
    this.#endsAtMs = performance.now() + timeMs;
  }

  /** What is left, in milliseconds, at least 1. */
  remainingMs(): number {
    return Math.max(1, Math.round(this.#endsAtMs - performance.now()));
  }

  /**
   * Waits for a call within what is left of the request's time.
   *
   * @param what names what is asked, as the subject of a sentence
   * @param reserveMs is kept back for what has to be done after it
   * @throws DeadlineExceededError when it does not answer in time
   */
  within<T>(what: string, call: Promise<T>, reserveMs = 0): Promise<T> {
    return withDeadline(what, Math.max(1, this.remainingMs() - reserveMs), call);
  }

  /** {@link within} for a call to PostgreSQL. */
  database<T>(call: Promise<T>): Promise<T> {
    return this.within('The database', call);
  }
}
