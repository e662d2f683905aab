import { migrateDatabase } from './db/migrate-database';
import { runPart } from './parts/lifecycle';
import { keepTrying } from './parts/patience';

/** `npm run migrate`: brings the schema of DATABASE_URL up to date, and ends. */
runPart('migrate', async ({ config, logger, life }) => {
  const { databaseUrl } = config;
  if (databaseUrl === null) throw new Error('DATABASE_URL is needed.');
  // PostgreSQL may be starting beside this, as it does under Compose.
  await keepTrying('The database could not be migrated', 30_000, life.signal, () => migrateDatabase(databaseUrl));
  logger.info('the database is up to date');
  life.done();
});
