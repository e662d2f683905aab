import { createFencePool, type FencePool } from '../../src/db/fence-pool';
import { fenceIdleLimitMs, waitForSender } from '../../src/db/queries/fence';
import { createTestDatabase } from '../support/database';
import { eventually } from '../support/eventually';

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
});
