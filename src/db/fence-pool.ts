import postgres from 'postgres';
import { withDeadline } from '../deadline';
import { driverOptions, type Queryable, queriesOn } from './client';
import { fenceIdleLimitMs, lockKey } from './queries/fence';

/** How long a fence is waited for: a connection, and then the lock of the session. */
const raiseWithinMs = 1_500;
const statementWithinMs = 1_000;

/** For what is done after the last look at the lock, and is not awaited any more. */
const reserveMs = 500;

/** Of two clocks, since either may stand still while the process does: the one of a paused machine, the other set back. */
const clocks = () => ({ monotonic: performance.now(), wall: Date.now() });
const elapsedMs = ({ monotonic, wall }: ReturnType<typeof clocks>) =>
  Math.max(performance.now() - monotonic, Date.now() - wall);

export type Fence = {
  /** Makes sure, by asking PostgreSQL, that the lock is still held. Rejects when it was lost, or nobody can say. */
  assertHeld(): Promise<void>;
  /**
   * Whether the lock is held for certain at this very moment, by the clocks alone: PostgreSQL's last answer may have lain
   * unread in a process that slept until the lock was taken away. To be asked right before what needs the lock.
   */
  isHeldNow(): boolean;
  /**
   * Writes in the transaction that holds the lock, and commits, which gives the lock back. So what is written is there
   * before anybody else has the lock, or never: where the lock was lost, nothing can be written.
   *
   * @param write runs one statement: should the connection be lost, a second one would be on another
   * @throws CommitUnansweredError when nobody can say whether it was committed; with any other error nothing was written
   */
  commit<T>(write: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Gives the lock back. Never rejects, and safe to call more than once. */
  release(): Promise<void>;
};

/** The commit was asked for, and no answer came. */
export class CommitUnansweredError extends Error {
  constructor(cause: unknown) {
    super('The commit was not answered.', { cause });
    this.name = 'CommitUnansweredError';
  }
}

export type FencePool = {
  /**
   * Takes the lock of a session alone.
   *
   * A process that freezes while it holds one loses it after {@link fenceIdleLimitMs}: PostgreSQL ends the connection,
   * and {@link Fence.assertHeld} then rejects.
   *
   * @throws when it is not to be had in time, or the database is away
   */
  raise(workflowId: string): Promise<Fence>;
  end(): Promise<void>;
};

/** A client of one connection, which counts how often it was closed. `open`: it was there when it was last looked at. */
type Slot = { sql: postgres.Sql; db: Queryable; closes: number; open: boolean };

/**
 * Connections for the fences of sends, apart from those that everything else uses: each fence holds one while other
 * statements are needed to get on.
 *
 * Not `sql.reserve()` of the driver's pool: a reserved connection that PostgreSQL ended is made again for somebody else,
 * and the old holder's statements, "is my lock still held?" and "commit", then run on that one's connection. Here each
 * connection is a client of its own with one holder at a time, and whoever sees that it was closed never uses it again.
 *
 * @param max fences at once; who comes then waits for one to be given back
 */
export function createFencePool(url: string, max: number): FencePool {
  const idle: Slot[] = [];
  const all = new Set<Slot>();
  const waiting: ((slot: Slot) => void)[] = [];

  function open(): Slot {
    const sql = postgres(url, {
      ...driverOptions({ max: 1, applicationName: 'followups-fences' }),
      // No statement of a fence has an array. Asking for their types would be a failure that nobody handles, and the end
      // of the process, where a connection is discarded that was not yet made.
      fetch_types: false,
      max_lifetime: null,
      idle_timeout: 0,
      onclose: () => {
        slot.closes++;
        slot.open = false;
      },
    });
    const slot: Slot = { sql, db: queriesOn(sql), closes: 0, open: false };
    all.add(slot);
    return slot;
  }
  function take(): Promise<Slot> {
    const slot = idle.pop() ?? (all.size < max ? open() : null);
    return slot ? Promise.resolve(slot) : new Promise((resolve) => waiting.push(resolve));
  }
  function give(slot: Slot): void {
    const next = waiting.shift();
    if (next) next(slot);
    else idle.push(slot);
  }
  function discard(slot: Slot): void {
    all.delete(slot);
    slot.sql.end({ timeout: 0 }).catch(() => {});
    waiting.shift()?.(open());
  }

  return {
    async raise(workflowId) {
      const taken = take();
      const slot = await withDeadline('A connection for the fence', raiseWithinMs, taken).catch((error: unknown) => {
        taken.then(give, () => {});
        throw error;
      });
      return raiseOn(slot, workflowId, give, discard);
    },
    async end() {
      await Promise.all([...all].map(({ sql }) => sql.end({ timeout: 5 })));
    },
  };
}

async function raiseOn(
  slot: Slot,
  workflowId: string,
  give: (slot: Slot) => void,
  discard: (slot: Slot) => void,
): Promise<Fence> {
  const { sql } = slot;
  let closesBefore = slot.closes;
  let over = false;
  const stop = (isHealthy: boolean) => {
    if (over) return;
    over = true;
    if (isHealthy) give(slot);
    else discard(slot);
  };
  // Before PostgreSQL began to count how long it has heard nothing.
  let lastAsked = clocks();
  const run = async <T>(statement: PromiseLike<T>, withinMs: number): Promise<T> => {
    lastAsked = clocks();
    const result = await withDeadline('The fence', withinMs, Promise.resolve(statement));
    if (slot.closes !== closesBefore) throw new Error('The connection of the fence was lost.');
    return result;
  };

  try {
    // From here on a close is a loss.
    if (!slot.open) await withDeadline('The fence', raiseWithinMs, Promise.resolve(sql`select 1`));
    slot.open = true;
    closesBefore = slot.closes;
    // Written together, answered one after the other.
    await Promise.all([
      run(sql.unsafe('begin'), statementWithinMs),
      run(
        sql`select
          set_config('idle_in_transaction_session_timeout', ${String(fenceIdleLimitMs)}, true),
          set_config('lock_timeout', ${String(raiseWithinMs)}, true),
          pg_advisory_xact_lock(${lockKey(sql, workflowId)})`,
        raiseWithinMs + statementWithinMs,
      ),
    ]);
  } catch (error) {
    stop(false);
    throw error;
  }

  const held = async <T>(statement: () => Promise<T>): Promise<T> => {
    try {
      if (over || slot.closes !== closesBefore) throw new Error('The lock of the session was lost.');
      return await run(statement(), statementWithinMs);
    } catch (error) {
      stop(false);
      throw error;
    }
  };

  return {
    async assertHeld() {
      await held(() => Promise.resolve(sql`select 1`));
    },
    isHeldNow() {
      return !over && slot.closes === closesBefore && elapsedMs(lastAsked) < fenceIdleLimitMs - reserveMs;
    },
    async commit(write) {
      const written = await held(() => write(slot.db));
      try {
        await run(sql.unsafe('commit'), statementWithinMs);
      } catch (error) {
        stop(false);
        throw new CommitUnansweredError(error);
      }
      stop(true);
      return written;
    },
    async release() {
      if (over) return;
      if (slot.closes !== closesBefore) return stop(false);
      await run(sql.unsafe('commit'), statementWithinMs).then(
        () => stop(true),
        () => stop(false),
      );
    },
  };
}
