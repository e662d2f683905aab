import { type Config, ConfigError, loadConfig, type Part } from '../config';
import { errorInWords } from '../loggable-error';
import { createLogger, type Logger } from '../logger';

/** Everything is down this long after a stop was asked for, by force where it must be. */
const stopWithinMs = 14_500;

/** The life of one process: what is to be stopped at its end, in which order, and when that end has come. */
export interface Lifecycle {
  /** Aborted when the end has come: work that takes long looks at it. */
  signal: AbortSignal;
  /** Adds something that is stopped at the end. What was added last is stopped first. */
  add(name: string, stop: () => Promise<void> | void): void;
  /** Adds what is done when the end takes too long. */
  addLastResort(kill: () => void): void;
  /** The work is done: everything is stopped, and the process ends with exit code 0. */
  done(): void;
  /** The process cannot go on: everything is stopped, and it ends with exit code 1. */
  fail(reason: string): void;
}

export interface PartContext {
  config: Config;
  logger: Logger;
  life: Lifecycle;
}

/**
 * Runs one of the programs: reads the settings, starts it, and stops it in order when it is told to (SIGINT, SIGTERM,
 * SIGHUP: exit code 0) or cannot go on (exit code 1). A second signal changes nothing: a terminal's Ctrl-C reaches a
 * program started by npm twice.
 */
export function runPart(part: Part, start: (context: PartContext) => Promise<void>): void {
  let config: Config;
  try {
    config = loadConfig(process.env, part);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return;
  }
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });

  const stops: { name: string; stop: () => Promise<void> | void }[] = [];
  const lastResorts: (() => void)[] = [];
  const abort = new AbortController();
  let started: Promise<unknown> = Promise.resolve();
  let exitCode: number | null = null;

  const stopEverything = async (): Promise<void> => {
    const watchdog = setTimeout(() => {
      logger.error('stopping took too long; what is left is ended by force');
      for (const kill of lastResorts) kill();
      process.exit(1);
    }, stopWithinMs);
    // What is just being started is added to the list first.
    await started;
    for (const { name, stop } of stops.reverse()) {
      const beganAt = Date.now();
      try {
        await stop();
        logger.debug({ name, tookMs: Date.now() - beganAt }, 'stopped');
      } catch (error) {
        logger.error({ name, err: error }, 'could not be stopped in order');
        exitCode = 1;
      }
    }
    clearTimeout(watchdog);
    process.exit(exitCode ?? 0);
  };
  const end = (code: number): void => {
    if (exitCode !== null) return;
    exitCode = code;
    abort.abort();
    void stopEverything();
  };

  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (exitCode === null) logger.info({ signal: name }, 'stopping');
      end(0);
    });
  }
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'a failure was not handled');
    end(1);
  });
  process.on('uncaughtException', (error) => {
    if (isDriverTrouble(error)) {
      logger.error({ err: error }, 'the database driver failed while its connection was lost; going on');
      return;
    }
    logger.fatal({ err: error }, 'a failure was not handled');
    end(1);
  });

  const life: Lifecycle = {
    signal: abort.signal,
    add: (name, stop) => stops.push({ name, stop }),
    addLastResort: (kill) => lastResorts.push(kill),
    done: () => end(0),
    fail(reason) {
      if (exitCode !== null) return;
      logger.fatal(reason);
      end(1);
    },
  };
  started = start({ config, logger, life }).catch((error: unknown) => {
    if (exitCode !== null) return; // it was stopped while it started
    logger.debug({ err: error }, 'could not start');
    console.error(errorInWords(error));
    end(1);
  });
}

/**
 * postgres.js 3.4 can throw out of a timer when the server goes away inside a transaction (porsager/postgres#1154). The
 * statement itself never settles, and is ended by its caller's deadline; the process can go on.
 */
function isDriverTrouble(error: unknown): boolean {
  if (!(error instanceof TypeError)) return false;
  const [, place = ''] = (error.stack ?? '').split(/\n\s+at /);
  return /nextWrite|[\\/]postgres[\\/](cjs[\\/])?src[\\/]connection\.js/.test(place);
}
