import { sql } from 'drizzle-orm';
import { connectDatabase } from '../../src/db/client';
import { createFencePool } from '../../src/db/fence-pool';
import { type DatabaseProxy, startDatabaseProxy } from '../faults/database-proxy/database-proxy';
import { createTestDatabase } from '../support/database';

/*
 * The driver's question for the types of arrays, for which nobody waits: a connection that is lost with it is a failure
 * that nobody handles.
 */
describe('the types of arrays', () => {
  let test: Awaited<ReturnType<typeof createTestDatabase>>;
  let proxy: DatabaseProxy;
  let asked: boolean;
  beforeAll(async () => {
    test = await createTestDatabase();
    proxy = await startDatabaseProxy(test.url);
  });
  afterAll(async () => {
    await proxy?.close();
    await test?.drop();
  });
  /** Cuts the line of whoever asks from here on. */
  const cutQuestions = () => {
    asked = false;
    void proxy.cutAfter(/pg_catalog\.pg_type/).then(() => {
      asked = true;
    });
  };

  it('are asked for by the first connection alone, and known to those after it', async () => {
    const database = connectDatabase(proxy.url, { max: 2 });
    const ids = async () => database.sql`select id from unnest(${['a', 'b']}::text[]) as id`;
    try {
      expect(await ids()).toHaveLength(2);
      cutQuestions();
      proxy.cutAll();
      // One that was just cut may be found by the first.
      await ids().catch(() => {});
      const [rows] = await Promise.all([ids(), database.db.execute(sql`select pg_sleep(0.1)`)]);
      expect(rows).toHaveLength(2);
      expect(asked).toBe(false);
    } finally {
      proxy.forget();
      await database.end();
    }
  });

  it('are not asked for by fences', async () => {
    const fences = createFencePool(proxy.url, 1);
    try {
      cutQuestions();
      const fence = await fences.raise('session/a');
      await fence.assertHeld();
      await fence.release();
      expect(asked).toBe(false);
    } finally {
      proxy.forget();
      await fences.end();
    }
  });
});
