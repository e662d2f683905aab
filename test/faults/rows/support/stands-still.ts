import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from '../../../support/eventually';

/** Waits until a frozen process does nothing any more: the signal is delivered to its threads one after the other. Linux only. */
export async function standsStill({ pid }: { pid: number }): Promise<void> {
  await eventually('every thread to stand still', () =>
    readdirSync(`/proc/${pid}/task`).every((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
    }),
  );
}
