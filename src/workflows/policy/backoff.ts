const firstMs = 1_000;
const longestMs = 300_000;
const jitterShare = 0.2;

/**
 * The pause before the next attempt at a send that failed by the endpoint's trouble: 1 s after the first attempt,
 * doubled with each, 5 minutes at most, give or take 20 % (so up to 6 minutes), and never shorter than the gateway asked
 * for. Exponential backoff with jitter is what the Standard Webhooks specification asks of senders; ±20 % around a
 * capped exponential, with 1 s to begin with, is that of gRPC's connection backoff protocol. (Full jitter would spread
 * better, but its pauses may be next to nothing, and an endpoint in trouble should get one.) A pause that the gateway
 * asked for gets up to 20 % of the plain one on top, so that not all come back at the same moment.
 *
 * Pure and without imports: workflow code calls it.
 *
 * @param attempt number of the attempt that failed, from 1
 * @param jitter random number from 0 to 1
 * @param retryAfterMs what the gateway asked for, or null
 * @returns whole milliseconds
 */
export function retryDelayMs(attempt: number, jitter: number, retryAfterMs: number | null): number {
  const plainMs = Math.min(firstMs * 2 ** Math.max(attempt - 1, 0), longestMs);
  const spreadMs = plainMs * (1 - jitterShare + 2 * jitterShare * jitter);
  const askedForMs = retryAfterMs === null ? 0 : retryAfterMs + plainMs * jitterShare * jitter;
  return Math.round(Math.max(spreadMs, askedForMs));
}
