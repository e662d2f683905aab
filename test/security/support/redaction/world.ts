import type { Client } from '@temporalio/client';
import type postgres from 'postgres';

/** A whole service that logs everything, for a test that searches whatever it writes. */
export type World = {
  baseUrl: string;
  /** Signs in to the console. */
  signIn: { code: string } | { apiKey: string };
  /** What nobody may read anywhere: `adminKey`, `signInCode` and others. */
  secrets: Record<'adminKey' | 'signInCode', string> & Record<string, string>;
  /** Into the service's database, as the owner of its tables. */
  sql: postgres.Sql;
  /** To Temporal, without any payload key: it sees what lies there. */
  client: Client;
  /** What its programs have written until now. */
  output(): string;
  /** The metrics of all its programs. */
  metrics(): Promise<string>;
  /** Stops it in order. @returns all that it leaves: output, logs of its servers, what Temporal has stored */
  leave(): Promise<Record<'output' | 'log files' | "Temporal's data", string>>;
  /** Stops what still runs. */
  end(): Promise<void>;
};

/** Everything is logged, everything is traced. */
export const talkative = (collector: { url: string }, collectorKey: string): Record<string, string> => ({
  ...{ LOG_LEVEL: 'trace', LOG_FORMAT: 'json' },
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_EXPORTER_OTLP_HEADERS: `x-key=${collectorKey}`,
});

export const metricsAt = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();
