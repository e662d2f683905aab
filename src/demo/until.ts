import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Looks again and again until there is something to see.
 *
 * @returns what was seen, or null when it did not come within `withinMs`
 * @throws when `signal` aborts, or what `look` throws
 */
export async function until<Seen>(
  look: () => Promise<Seen | null> | Seen | null,
  withinMs: number,
  signal: AbortSignal,
): Promise<Seen | null> {
  const deadlineMs = Date.now() + withinMs;
  for (;;) {
    signal.throwIfAborted();
    const seen = await look();
    if (seen !== null) return seen;
    if (Date.now() >= deadlineMs) return null;
    await sleep(100, undefined, { signal });
  }
}
