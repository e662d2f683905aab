import { setTimeout as sleep } from 'node:timers/promises';
import { errorInWords } from '../loggable-error';

/**
 * Tries again until it succeeds, with a pause of a second.
 *
 * @param what the subject of the error's sentence
 * @throws when it did not succeed within `withinMs`, or was told to stop; the last failure's is in the message
 */
export async function keepTrying<T>(
  what: string,
  withinMs: number,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) throw error;
      if (Date.now() >= deadline) {
        throw new Error(
          `${what} (tried for ${Math.round(withinMs / 1_000)} s): ${errorInWords(error).replace(/\s+/g, ' ').slice(0, 200)}`,
        );
      }
      await sleep(1_000, undefined, { signal }).catch(() => {});
    }
  }
}
