import type { InstallationSettings } from './installation/installation';

/** Something that is done in a lent installation. */
export type Job<Lane> = { settings: InstallationSettings | undefined; run(lane: Lane): Promise<void> };

/**
 * Does every job, in as many lanes as there are at a time. A lane has an installation of its own, so that what one job
 * breaks concerns no other; it goes on with what its installation is set up for already, before it starts another.
 */
export async function inLanes<Lane extends { suits(settings?: InstallationSettings): boolean }>(
  jobs: readonly Job<Lane>[],
  lanes: readonly Lane[],
): Promise<void> {
  const left = [...jobs];
  await Promise.all(
    lanes.map(async (lane) => {
      while (left.length > 0) {
        const fitting = left.findIndex(({ settings }) => lane.suits(settings));
        const [job] = left.splice(Math.max(fitting, 0), 1);
        await job?.run(lane);
      }
    }),
  );
}
