/** Does something with each, so many at a time. */
export async function inParallel<T>(
  things: readonly T[],
  atATime: number,
  work: (thing: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < things.length) {
      const index = next++;
      await work(things[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}
