import { foldDeliveryCounts } from '../db/queries/fold-delivery-counts';
import type { ApiDeps } from './deps';

export interface CountFolder {
  /** Folds, in the background, the changes that there are. At once for whoever calls, and at most once at a time. */
  fold(): void;
}

/** Batches in a row, at most; what is left is folded the next time. */
const maxBatches = 100;

/** Numbers are right without it; it keeps them quick to read, however much was sent since they were last asked for. */
export function createCountFolder({ database, logger }: Pick<ApiDeps, 'database' | 'logger'>): CountFolder {
  let folding = false;
  const foldAll = async () => {
    for (let batch = 0; batch < maxBatches && (await foldDeliveryCounts(database.db)); batch++);
  };
  return {
    fold() {
      if (folding) return;
      folding = true;
      foldAll()
        .catch((error: unknown) => logger.debug({ err: error }, 'The counts of deliveries could not be folded'))
        .finally(() => {
          folding = false;
        });
    },
  };
}
