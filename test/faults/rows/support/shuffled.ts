import type { Random } from '../../random';

export function shuffled<T>(things: readonly T[], random: Random): T[] {
  const rest = [...things];
  return things.map(() => rest.splice(random.whole(0, rest.length - 1), 1)[0] as T);
}
