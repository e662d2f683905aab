import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

/** Any number that nobody else uses for an advisory lock in this database. */
const migrationLock = 7_340_921_556;

/**
 * Brings the database's schema up to date. Safe when several start at once: Drizzle's `migrate` takes no lock of its
 * own, so one is held around it, and who comes second finds nothing left to do.
 *
 * @param url of PostgreSQL 14 or newer
 * @throws the driver's error when the database cannot be reached, or a migration fails (it is then rolled back)
 */
export async function migrateDatabase(url: string): Promise<void> {
  // One connection: the lock belongs to the connection that the migration then runs on.
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10, idle_timeout: 0, max_lifetime: null });
  try {
    await sql`select pg_advisory_lock(${migrationLock})`;
    try {
      await migrate(drizzle(sql), { migrationsFolder: join(__dirname, 'migrations') });
    } finally {
      await sql`select pg_advisory_unlock(${migrationLock})`;
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
}
