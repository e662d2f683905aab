import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until `look` gives something other than undefined, null or false, asking again every few milliseconds.
 *
 * @throws Error that names `what`, with what was seen last, when it has not come within `withinMs`
 */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  withinMs = 20_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadlineMs = Date.now() + withinMs;
  let seen: unknown;
  for (;;) {
    try {
      const value = await look();
      if (value !== undefined && value !== null && value !== false) return value as NonNullable<Exclude<T, false>>;
      seen = value;
    } catch (error) {
      seen = error;
    }
    if (Date.now() > deadlineMs) {
      throw new Error(
        `${what} did not come within ${withinMs} ms; last seen: ${seen instanceof Error ? seen.stack : JSON.stringify(seen)}`,
      );
    }
    await sleep(20);
  }
}

export { sleep };
