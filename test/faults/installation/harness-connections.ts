import { Client, Connection } from '@temporalio/client';
import postgres from 'postgres';

/** The harness's own ways to the servers, which outlive their restarts. */
export function connectHarness(options: { databaseUrl: string; temporalAddress: string; namespace: string }): {
  sql: postgres.Sql;
  client: Client;
  close(): Promise<void>;
} {
  const sql = postgres(options.databaseUrl, {
    ...{ max: 6, connect_timeout: 5, idle_timeout: 20, onnotice: () => {} },
    connection: { application_name: 'fault-harness', statement_timeout: 20_000, TimeZone: 'UTC' },
  });
  const connection = Connection.lazy({
    address: options.temporalAddress,
    // The server comes and goes: gRPC's own pauses would grow to minutes.
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 1_000 },
  });
  return {
    sql,
    client: new Client({ connection, namespace: options.namespace }),
    async close() {
      await sql.end({ timeout: 2 });
      await connection.close();
    },
  };
}
