import { type LogLevel, type LogMetadata, Runtime, type Logger as TemporalLogger } from '@temporalio/worker';
import { freePort } from '../embedded/ports';
import type { Logger } from '../logger';

/** A port that was free a moment ago may be taken now. */
const portTries = 5;

/**
 * Prepares the SDK for this process, before anything of it is used: its log goes into ours, and signals are left to us,
 * since a worker that stops by itself would stop beside the order of everything else.
 *
 * @returns the port on 127.0.0.1 at which the SDK's core exposes its metrics for Prometheus
 */
export async function installTemporalRuntime(logger: Logger): Promise<number> {
  const temporalLogger = toTemporalLogger(logger.child({ from: 'temporal-sdk' }));
  for (let tried = 1; ; tried++) {
    const port = await freePort();
    try {
      Runtime.install({
        shutdownSignals: [],
        logger: temporalLogger,
        telemetryOptions: {
          metrics: {
            attachServiceName: false,
            prometheus: {
              bindAddress: `127.0.0.1:${port}`,
              // As Prometheus has it: units in the names, seconds, counters that end with _total.
              ...{ countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true },
            },
          },
        },
      });
      return port;
    } catch (error) {
      if (tried === portTries) throw error;
    }
  }
}

function toTemporalLogger(logger: Logger): TemporalLogger {
  // What the SDK finds worth an information (states of the worker) is a detail here.
  const levels = { TRACE: 'trace', DEBUG: 'trace', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;
  const log = (level: LogLevel, message: string, meta?: LogMetadata) => logger[levels[level]](meta ?? {}, message);
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
}
