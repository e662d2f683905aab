import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';
import { loggableError } from './loggable-error';

export type { Logger } from 'pino';

/** Fields that never reach a log, wherever in an object they stand (three levels deep). */
const secretFields = [
  'authorization',
  'cookie',
  'apiKey',
  'adminApiKey',
  'secretsKey',
  'signingSecret',
  'secret',
  'password',
  'databaseUrl',
  'webhook-signature',
];

export interface LoggerOptions {
  level: string;
  format: 'pretty' | 'json';
  /** Where the lines go; standard output unless a test wants to read them. */
  destination?: pino.DestinationStream & NodeJS.WritableStream;
}

/**
 * The log: one JSON object a line, or readable lines for a terminal.
 *
 * Both write synchronously and in this process, so that the last lines before an exit are not lost. Credentials are
 * replaced by `[hidden]`, and of errors there is only what {@link loggableError} lets through.
 */
export function createLogger(options: LoggerOptions): Logger {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // `error` is what the Temporal SDK calls it.
    serializers: { err: loggableError, error: loggableError },
    redact: { paths: secretFields.flatMap(everyDepth), censor: '[hidden]' },
  };
  if (options.format === 'pretty') {
    const destination = options.destination ?? 1;
    return pino(settings, pretty({ destination, sync: true, translateTime: 'SYS:HH:MM:ss', singleLine: true }));
  }
  return pino(settings, options.destination ?? pino.destination({ dest: 1, sync: true }));
}

function everyDepth(field: string): string[] {
  const quoted = `["${field}"]`;
  return [quoted, `*${quoted}`, `*.*${quoted}`];
}
