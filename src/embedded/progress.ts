/** Says what is going on, one line at a time, to the person who waits. */
export type Say = (line: string) => void;

/**
 * Does one step; when it takes longer than a second, one line says so.
 *
 * @param line what is being done, e.g. `Starting PostgreSQL`
 */
export async function step<T>(say: Say, line: string, work: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => say(`${line} …`), 1_000);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
