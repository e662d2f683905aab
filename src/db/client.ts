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
  askForTypesOnce(sql);
  return { db: queriesOn(sql), sql, end: () => sql.end({ timeout: 5 }) };
}

/** The type `text[]`. */
const textArray = 1_009;

/**
 * Has the driver ask for the types of arrays only until it knows them. It asks on every new connection, and nobody waits
 * for the answer: where that connection is lost meanwhile, as when PostgreSQL restarts, it is a failure that nobody
 * handles, and the process ends.
 */
function askForTypesOnce({ options }: postgres.Sql): void {
  Object.defineProperty(options, 'fetch_types', { get: () => !(textArray in options.serializers) });
}

/** Drizzle's queries on connections of the driver. */
export const queriesOn = (sql: postgres.Sql): Db => drizzle(keepingStatements(sql), { schema });

/** Statements with more parameters come in as many lengths as there are lists: kept, each length would be another. */
const mostParametersKept = 32;

/**
 * Has the driver keep Drizzle's statements as it keeps its own: each is parsed once on a connection, and is one message and
 * one answer from then on. Drizzle asks for that only where a query is given a name; of all others the driver first asks
 * what types their parameters have, and PostgreSQL parses and plans them anew, each time.
 */
function keepingStatements<Client extends postgres.Sql | postgres.TransactionSql>(client: Client): Client {
  return new Proxy(client, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      switch (property) {
        case 'unsafe':
          return (query: string, parameters: unknown[] = [], options: object = {}) =>
            value(query, parameters, { ...options, prepare: parameters.length <= mostParametersKept });
        case 'begin':
        case 'savepoint':
          return (...given: unknown[]) => {
            const work = given.pop() as (tx: postgres.TransactionSql) => unknown;
            return value(...given, (tx: postgres.TransactionSql) => work(keepingStatements(tx)));
          };
        default:
          return value;
      }
    },
  });
}

/**
 * Makes the first message of a connection so long that the driver writes it at once.
 *
 * It gathers what is shorter than 1,024 bytes, to write it a moment later. Where a connection is closed in that moment,
 * postgres.js 3.4 forgets to take the waiting back, and writes nothing more until so much has gathered: try after try to
 * connect again ends with CONNECT_TIMEOUT, five seconds each, while statements wait for it. A long message ends the
 * waiting; what is left over of the old connection makes the server refuse that one try, and the next one succeeds.
 */
const longStart = ' '.repeat(1_024);

/**
 * How long a connection that was lost waits before it is made anew, in seconds. The driver's own pause grows threefold with
 * every failure of any of the pool's connections, up to twenty seconds: when all twenty were lost at once, a service
 * whose database was back after three seconds did not ask it for more than a minute.
 */
const reconnectPauseSeconds = (): number => 0.2 + 0.3 * Math.random();

/** What every connection of the service is made with. */
export function driverOptions(options: DatabaseOptions) {
  return {
    max: options.max ?? 20,
    connect_timeout: 5,
    backoff: reconnectPauseSeconds,
    idle_timeout: 60,
    onnotice: () => {},
    connection: {
      application_name: options.applicationName ?? 'followups',
      statement_timeout: 10_000,
      lock_timeout: 5_000,
      idle_in_transaction_session_timeout: 15_000,
      TimeZone: 'UTC',
      // A kept statement may get a plan for parameters that nobody knows, good for a page and bad for a year of numbers.
      plan_cache_mode: 'force_custom_plan',
      // Command line options of the session: blanks are none.
      options: longStart,
    },
  };
}
