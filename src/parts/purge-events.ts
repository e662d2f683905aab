import type { Logger } from 'pino';
import { eventRetentionMs } from '../api/event-position';
import type { Database } from '../db/client';
import { purgeChatMessages } from '../db/queries/chat-messages';
import { purgeSignIns } from '../db/queries/console-sessions';
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

/** Repeats what deletes at most {@link batch} until there is nothing left to delete. @returns how many went */
async function inBatches(purge: () => Promise<number>): Promise<number> {
  for (let purged = 0; ; ) {
    const gone = await withDeadline('The database', 15_000, purge());
    purged += gone;
    if (gone < batch) return purged;
  }
}

/** Deletes the events that are too old for any stream. */
export function purgeEvents({ db }: Pick<Database, 'db'>, nowMs: number): Promise<number> {
  const before = new Date(nowMs - eventRetentionMs - marginMs);
  return inBatches(() => purgeStreamEvents(db, before, batch));
}

/** Deletes the messages of web chats that are older than their channels keep them. */
export const purgeTranscripts = ({ db }: Pick<Database, 'db'>, nowMs: number): Promise<number> =>
  inBatches(() => purgeChatMessages(db, new Date(nowMs), batch));

/** Does so at once and then every hour; any number of processes may. */
export function startPurging(database: Database, logger: Logger): { stop(): void } {
  const run = () => {
    const nowMs = Date.now();
    const purging = purgeEvents(database, nowMs).then(async (purged) => {
      await forgetErasedRuns(database.db, new Date(nowMs - erasedRunsKeptMs));
      await purgeSignIns(database.db, new Date(nowMs));
      await purgeTranscripts(database, nowMs);
      return purged;
    });
    purging.then(
      (purged) => logger.debug({ purged }, 'old events and messages were deleted'),
      (error: unknown) =>
        logger.warn({ err: error }, 'old events and messages could not be deleted; trying again in an hour'),
    );
  };
  run();
  const timer = setInterval(run, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
