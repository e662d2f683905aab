import { type LogLevel, type LogMetadata, Runtime, type Logger as TemporalLogger } from '@temporalio/worker';
import type { Logger } from '../logger';

/**
 * Prepares the SDK for this process, before anything of it is used: its log goes into ours, and signals are left to us,
 * since a worker that stops by itself would stop beside the order of everything else.
 */
export function installTemporalRuntime(logger: Logger): void {
  Runtime.install({ shutdownSignals: [], logger: toTemporalLogger(logger.child({ from: 'temporal-sdk' })) });
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
