import { createCountFolder } from '../api/count-folder';
import type { Database } from '../db/client';
import type { Logger } from '../logger';

const everyMs = 15_000;

/** Folds the counts of deliveries now and then, so that their changes do not pile up where nobody asks for numbers. */
export function startFolding(database: Database, logger: Logger): { stop(): void } {
  const folder = createCountFolder({ database, logger });
  const timer = setInterval(() => folder.fold(), everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
