import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import * as schema from './schema';

export type Db = PostgresJsDatabase<typeof schema>;

/** A transaction of Drizzle's, or the database itself: what a query function needs. */
export type Queryable = Pick<Db, 'select' | 'insert' | 'update' | 'delete' | 'execute'>;

export type Database = {
  /** Queries by Drizzle. */
  db: Db;
  /** The driver underneath, for what Drizzle has no word for (advisory locks, reserved connections). */
  sql: postgres.Sql;
  /** Closes every connection; statements under way have five seconds. */
  end(): Promise<void>;
};

export type DatabaseOptions = {
  /** Connections at most. */
  max?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
};

/**
 * Opens a pool on PostgreSQL 14 or newer. Connections are made when they are first needed, so this neither waits
 * nor throws for a server that is away.
 *
 * Statements are limited to 10 seconds and lock waits to 5 by the server; a server that does not answer at all is
 * not bounded by that, so callers that must answer in time use `withDeadline`.
 */
export function connectDatabase(url: string, options: DatabaseOptions = {}): Database {
  const sql = postgres(url, driverOptions(options));
  return { db: queriesOn(sql), sql, end: () => sql.end({ timeout: 5 }) };
}

/** Drizzle's queries on connections of the driver. */
export const queriesOn = (sql: postgres.Sql): Db => drizzle(sql, { schema });

/** What every connection of the service is made with. */
export function driverOptions(options: DatabaseOptions) {
  return {
    max: options.max ?? 20,
    connect_timeout: 5,
    idle_timeout: 60,
    onnotice: () => {},
    connection: {
      application_name: options.applicationName ?? 'followups',
      statement_timeout: 10_000,
      lock_timeout: 5_000,
      idle_in_transaction_session_timeout: 15_000,
      TimeZone: 'UTC',
    },
  };
}
