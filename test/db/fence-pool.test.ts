import { execFileSync } from 'node:child_process';
import type { Queryable } from '../../src/db/client';
import { CommitUnansweredError, createFencePool, type FencePool } from '../../src/db/fence-pool';
import { fenceIdleLimitMs, waitForSender } from '../../src/db/queries/fence';
import { idempotencyKeys } from '../../src/db/schema';
import { createTestDatabase } from '../support/database';
import { eventually } from '../support/eventually';

/** Ends, from another process, the connections that hold a lock. */
const endHolders = `
  const sql = require('postgres')(process.env.URL, { max: 1 });
  sql\`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (
    select oid from pg_database where datname = current_database())\`.then(() => sql.end());
`;

describe('fences', () => {
  let test: Awaited<ReturnType<typeof createTestDatabase>>;
  const pools: FencePool[] = [];
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.end();
  });
  afterAll(() => test?.drop());

  function poolOf(max: number): FencePool {
    const pool = createFencePool(test.url, max);
    pools.push(pool);
    return pool;
  }
  const passes = (workflowId: string) =>
    waitForSender(test.database.sql, workflowId, 300).then(
      () => true,
      () => false,
    );
  /** Until PostgreSQL has ended the connections of those that held a fence without a word for too long. */
  const untilLost = (count: number) =>
    eventually(
      'the end of idle fences',
      async () => {
        const [row] = await test.database.sql`
          select count(*)::int as held from pg_locks where locktype = 'advisory' and database = (
            select oid from pg_database where datname = current_database())`;
        return row?.held === count;
      },
      fenceIdleLimitMs + 10_000,
    );

  it('hold back whoever waits for the sender of that session, and nobody else', async () => {
    const fence = await poolOf(2).raise('session/a');
    expect(await passes('session/a')).toBe(false);
    expect(await passes('session/b')).toBe(true);
    await fence.assertHeld();
    await fence.release();
    expect(await passes('session/a')).toBe(true);
  });

  it('give their connection to the next, and refuse a second sender of one session', async () => {
    const pool = poolOf(1);
    const first = await pool.raise('session/c');
    const second = pool.raise('session/d');
    await first.release();
    await (await second).release();
    const other = await poolOf(1).raise('session/e');
    await expect(pool.raise('session/e')).rejects.toThrow();
    await other.release();
    await (await pool.raise('session/e')).release();
  });

  it.each([1, 4])(
    'are noticed as lost by a holder that slept, and by it alone: a pool of %i',
    async (max) => {
      const pool = poolOf(max);
      const asleep = await Promise.all(
        Array.from({ length: max }, (_, index) => pool.raise(`session/${max}-${index}`)),
      );
      await untilLost(0);
      // The connection is not held by anybody now, but the pool must not give it to the next as it is.
      const [first, ...others] = asleep;
      await expect(first?.assertHeld()).rejects.toThrow();
      const next = await pool.raise(`session/${max}-next`);
      for (const fence of others) await expect(fence.assertHeld()).rejects.toThrow();
      for (const fence of asleep) await fence.release();
      await next.assertHeld();
      expect(await passes(`session/${max}-next`)).toBe(false);
      await next.release();
      expect(await passes(`session/${max}-next`)).toBe(true);
    },
    30_000,
  );

  it('are not certain of themselves once they have asked for nothing for nearly as long as PostgreSQL waits', async () => {
    const fence = await poolOf(1).raise('session/f');
    expect(fence.isHeldNow()).toBe(true);
    // Nothing runs in this process meanwhile, as in one that is frozen.
    const sleep = `setTimeout(() => {}, ${fenceIdleLimitMs - 400})`;
    execFileSync(process.execPath, ['-e', sleep]);
    expect(fence.isHeldNow()).toBe(false);
    await fence.release();
    expect(fence.isHeldNow()).toBe(false);
    const next = await poolOf(1).raise('session/f');
    await next.assertHeld();
    expect(next.isHeldNow()).toBe(true);
    await untilLost(0);
    expect(next.isHeldNow()).toBe(false);
  }, 30_000);

  describe('write', () => {
    const keys = async () =>
      (await test.database.sql`select idempotency_key as key from idempotency_keys order by 1`).map(({ key }) => key);
    const insert = (key: string) => async (tx: Queryable) => {
      await tx.insert(idempotencyKeys).values({ keyId: 'k', idempotencyKey: key, requestHash: 'h' });
      return key;
    };
    beforeEach(async () => {
      await test.database.sql`delete from idempotency_keys`;
    });

    it('before anybody else has the lock, and give it back', async () => {
      const pool = poolOf(1);
      const fence = await pool.raise('session/w');
      const seen: unknown[] = [];
      const waiting = waitForSender(test.database.sql, 'session/w', 5_000).then(async () => {
        seen.push(...(await keys()));
      });
      expect(await fence.commit(insert('one'))).toBe('one');
      await waiting;
      expect(seen).toEqual(['one']);
      await fence.release();
      await expect(fence.commit(insert('two'))).rejects.toThrow();
      await (await pool.raise('session/w')).release();
      expect(await keys()).toEqual(['one']);
    });

    it('nothing when they were lost, however they were', async () => {
      const pool = poolOf(2);
      const fences = [await pool.raise('session/x'), await pool.raise('session/y')];
      await untilLost(0);
      for (const fence of fences) {
        const lost = fence.commit(insert('late'));
        await expect(lost).rejects.toThrow();
        await expect(lost).rejects.not.toBeInstanceOf(CommitUnansweredError);
      }
      expect(await keys()).toEqual([]);
    }, 30_000);

    it('nothing when they were lost while the process slept, and it goes on before it has heard of it', async () => {
      const pool = poolOf(1);
      const fence = await pool.raise('session/z');
      await fence.assertHeld();
      // Nothing runs in this process meanwhile, as in one that is frozen.
      execFileSync(process.execPath, ['-e', endHolders], { env: { ...process.env, URL: test.url } });
      await expect(fence.commit(insert('late'))).rejects.toThrow();
      expect(await keys()).toEqual([]);
      expect(await passes('session/z')).toBe(true);
      await (await pool.raise('session/z')).release();
    });

    it('nothing when the statement fails', async () => {
      await poolOf(1)
        .raise('session/u')
        .then((fence) => fence.commit(insert('one')));
      const fence = await poolOf(1).raise('session/v');
      await expect(fence.commit(insert('one'))).rejects.toThrow();
      expect(await passes('session/v')).toBe(true);
      expect(await keys()).toEqual(['one']);
    });
  });
});
