import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Tries again until it succeeds, with a pause of a second.
 *
 * @param what the subject of the error's sentence
 * @throws when it did not succeed within `withinMs`, or was told to stop; the last failure's code is in the message
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
        throw new Error(`${what} (tried for ${Math.round(withinMs / 1_000)} s): ${reason(error)}`);
      }
      await sleep(1_000, undefined, { signal }).catch(() => {});
    }
  }
}

function reason(error: unknown): string {
  const { code, message, cause } = error as { code?: unknown; message?: string; cause?: { message?: string } };
  const text = [message, cause?.message].filter(Boolean).join(': ').replace(/\s+/g, ' ').slice(0, 200);
  return text || String(code ?? error);
}
