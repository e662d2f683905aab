import type { Logger } from 'pino';
import type { Database } from '../db/client';
import {
  presentPosition,
  readStreamEvents,
  type StreamEventRow,
  type StreamPosition,
} from '../db/queries/stream-events';
import { withDeadline } from '../deadline';
import { comparePositions } from './event-position';

/** How often new events are looked for, once for all streams of this process. */
const pollEveryMs = 500;
/** Events that are read at once. */
const pageSize = 500;
const answerWithinMs = 5_000;

/** Somebody who is told of events. */
export type Listener = {
  /** Takes the next events, in order. Resolves once there is room for more; what it throws ends it. */
  take(rows: readonly StreamEventRow[]): Promise<void> | undefined;
  /** The feed is at an end: the process stops. */
  end(): void;
};

export interface EventFeed {
  /** The place from which on everything is new. */
  present(): Promise<StreamPosition>;
  /**
   * Tells a listener of every event after a place: first of those that are there, page by page, then of new ones as they
   * come. None is left out and none told twice.
   *
   * @returns how to stop it, and where the listener is: it has all events up to there
   */
  listen(after: StreamPosition, listener: Listener): { stop(): void; position(): StreamPosition };
  /** Ends every stream, and takes no more. */
  close(): void;
  /** How many listen. */
  readonly size: number;
}

type Following = { listener: Listener; at: StreamPosition };

/** Reads the events of the database for all the streams of this process together. It asks nothing while nobody listens. */
export function createEventFeed({
  database: { db },
  logger,
}: {
  database: Pick<Database, 'db'>;
  logger: Logger;
}): EventFeed {
  /** All who listen; of these `live` have caught up. */
  const all = new Set<Following>();
  const live = new Set<Following>();
  /** How far the live ones have been told; null while there is none. */
  let position: StreamPosition | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const read = (after: StreamPosition) =>
    withDeadline('The database', answerWithinMs, readStreamEvents(db, after, pageSize));

  function drop(following: Following): void {
    all.delete(following);
    live.delete(following);
    if (live.size === 0) position = null;
  }

  function end(following: Following): void {
    if (!all.has(following)) return;
    drop(following);
    following.listener.end();
  }

  /** Gives those events that it does not have yet. */
  function give(following: Following, rows: readonly StreamEventRow[]): Promise<void> | undefined {
    const fresh = rows.filter((row) => comparePositions(row, following.at) > 0);
    const last = fresh.at(-1);
    if (!last) return undefined;
    following.at = { txid: last.txid, id: last.id };
    return following.listener.take(fresh);
  }

  async function poll(): Promise<void> {
    for (let full = true; full && position !== null; ) {
      const rows = await read(position);
      const last = rows.at(-1);
      full = rows.length === pageSize;
      // While it was read the last one may have gone, and another one come.
      if (!last || position === null) return;
      // Moved before anybody is told: who joins from here on has to have read these by itself.
      if (comparePositions(last, position) > 0) position = { txid: last.txid, id: last.id };
      for (const following of [...live]) giveNow(following, rows);
    }
  }

  /** One that is too slow to take them is ended by itself; the others do not wait for it. */
  function giveNow(following: Following, rows: readonly StreamEventRow[]): void {
    try {
      give(following, rows)?.catch(() => end(following));
    } catch {
      end(following);
    }
  }

  function schedule(): void {
    if (timer !== null || closed) return;
    timer = setTimeout(async () => {
      try {
        await poll();
      } catch (error) {
        logger.warn({ err: error }, 'New events could not be read; trying again');
      }
      timer = null;
      if (live.size > 0) schedule();
    }, pollEveryMs);
    timer.unref();
  }

  async function catchUp(following: Following): Promise<void> {
    while (all.has(following)) {
      // What the live ones have been told of by now is there for this read, too.
      const told = position;
      const rows = await read(following.at);
      if (rows.length > 0) await give(following, rows);
      else if (told !== null && comparePositions(told, following.at) > 0) following.at = told;
      else if (position === null || comparePositions(following.at, position) >= 0) {
        if (!all.has(following)) return;
        position ??= following.at;
        live.add(following);
        schedule();
        return;
      }
    }
  }

  return {
    present: () => withDeadline('The database', answerWithinMs, presentPosition(db)),
    listen(after, listener) {
      const following: Following = { listener, at: after };
      if (closed) listener.end();
      else {
        all.add(following);
        catchUp(following).catch((error: unknown) => {
          logger.debug({ err: error }, 'A stream of events could not be caught up');
          end(following);
        });
      }
      return {
        stop: () => drop(following),
        position: () =>
          position !== null && live.has(following) && comparePositions(position, following.at) > 0
            ? position
            : following.at,
      };
    },
    close() {
      closed = true;
      if (timer) clearTimeout(timer);
      timer = null;
      for (const following of [...all]) end(following);
    },
    get size() {
      return all.size;
    },
  };
}
