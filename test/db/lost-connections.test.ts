import { connect, type Socket } from 'node:net';
import postgres from 'postgres';
import { connectDatabase, driverOptions } from '../../src/db/client';
import { createTestDatabase } from '../support/database';
import { eventually } from '../support/eventually';

describe('a connection to the database', () => {
  let test: Awaited<ReturnType<typeof createTestDatabase>>;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test?.drop());

  it('comes back at once when it is lost while a statement is about to be written', async () => {
    const { hostname, port } = new URL(test.url);
    const sockets: Socket[] = [];
    const socket = () =>
      new Promise<Socket>((resolve, reject) => {
        const made = connect(Number(port), hostname, () => resolve(made)).once('error', reject);
        sockets.push(made);
      });
    // The driver takes a function that makes its socket, which its types do not know.
    const options = { ...driverOptions({ max: 1 }), socket } as postgres.Options<never>;
    const sql = postgres(test.url, options);
    try {
      await sql`select 1`;
      const lost = new Promise((resolve) => {
        // Closed after this phase of the event loop; the statement would be written in the next one.
        setImmediate(() => {
          sockets.at(-1)?.destroy();
          sql`select 2`.then(resolve, resolve);
        });
      });
      expect(await lost).toMatchObject({ code: 'CONNECTION_CLOSED' });
      const failures: unknown[] = [];
      const ask = async () => {
        try {
          return [...(await sql`select 3 as three`)];
        } catch (error) {
          failures.push(error);
          return null;
        }
      };
      expect(await eventually('an answer', ask, 60_000)).toEqual([{ three: 3 }]);
      // One refusal, for what was left over; no try that nobody answered.
      expect(failures).not.toContainEqual(expect.objectContaining({ code: 'CONNECT_TIMEOUT' }));
    } finally {
      await sql.end({ timeout: 0 });
    }
  }, 90_000);

  it('is made again within a second, however many were lost before', async () => {
    const database = connectDatabase(test.url, { max: 20 });
    try {
      const { backoff } = database.sql.options as unknown as { backoff: (failures: number) => number };
      for (const failures of [0, 1, 7, 20, 1_000]) {
        expect(backoff(failures)).toBeGreaterThan(0);
        expect(backoff(failures)).toBeLessThan(1);
      }
    } finally {
      await database.end();
    }
  });
});
