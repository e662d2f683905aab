import type { RowReport } from '../row';
import type { World } from './world';

/** The end of a row: everything runs again, comes to rest, and I1 to I5 hold. */
export async function judge(world: World, report: RowReport): Promise<void> {
  for (const { invariant, what } of await world.verdict()) report.must(`${invariant}: ${what}`, false);
}
