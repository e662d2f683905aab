import type { Logger } from 'pino';
import { eventRetentionMs } from '../api/event-position';
import type { Database } from '../db/client';
import { forgetErasedRuns } from '../db/queries/erase-conversation';
import { purgeStreamEvents } from '../db/queries/stream-events';
import { withDeadline } from '../deadline';

const everyMs = 3_600_000;
/** So many go in one statement, so that none of them takes long. */
const batch = 5_000;
/** Whoever may still ask for them finds them: they are kept a little longer than is promised. */
const marginMs = 3_600_000;

/** An activity of a run that was ended is over by then in any case. */
const erasedRunsKeptMs = 86_400_000;

/** Deletes the events that are too old for any stream. */
export async function purgeEvents(database: Pick<Database, 'db'>, nowMs: number): Promise<number> {
  const before = new Date(nowMs - eventRetentionMs - marginMs);
  for (let purged = 0; ; ) {
    const gone = await withDeadline('The database', 15_000, purgeStreamEvents(database.db, before, batch));
    purged += gone;
    if (gone < batch) return purged;
  }
}

/** Does so at once and then every hour; any number of processes may. */
export function startPurging(database: Database, logger: Logger): { stop(): void } {
  const run = () => {
    const nowMs = Date.now();
    const purging = purgeEvents(database, nowMs).then(async (purged) => {
      await forgetErasedRuns(database.db, new Date(nowMs - erasedRunsKeptMs));
      return purged;
    });
    purging.then(
      (purged) => logger.debug({ purged }, 'old events were deleted'),
      (error: unknown) => logger.warn({ err: error }, 'old events could not be deleted; trying again in an hour'),
    );
  };
  run();
  const timer = setInterval(run, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
