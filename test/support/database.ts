import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { connectDatabase, type Database } from '../../src/db/client';
import { migrateDatabase } from '../../src/db/migrate-database';

/** A database of the test file's own, migrated, on the PostgreSQL that all tests share. */
export async function createTestDatabase(): Promise<{ url: string; database: Database; drop(): Promise<void> }> {
  const maintenanceUrl = process.env.TEST_DATABASE_URL;
  if (!maintenanceUrl) throw new Error('TEST_DATABASE_URL is not set: the tests are started with npm test.');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const maintenance = postgres(maintenanceUrl, { max: 1, onnotice: () => {} });
  await maintenance.unsafe(`create database ${name}`);
  const url = new URL(maintenanceUrl);
  url.pathname = `/${name}`;
  await migrateDatabase(url.toString());
  const database = connectDatabase(url.toString(), { max: 20 });
  return {
    url: url.toString(),
    database,
    async drop() {
      await database.end();
      await maintenance.unsafe(`drop database if exists ${name} with (force)`);
      await maintenance.end({ timeout: 5 });
    },
  };
}
