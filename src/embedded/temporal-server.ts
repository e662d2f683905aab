import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect as connectTo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { type EmbeddedServer, exitOf } from './embedded-server';
import { lastLines, logSize, openLog, readLog } from './log-files';
import { requirePort } from './ports';
import { findProcess, type StopStep, stopProcess } from './processes';
import type { Say } from './progress';
import type { TemporalBinary } from './temporal-binary';

const startTimeoutMs = 60_000;

/** Closed workflows are kept this long; the dev server's own default is a day. */
const retentionMs = 30 * 24 * 3_600_000;

export interface TemporalServerOptions {
  binary: TemporalBinary;
  /** DATA_DIR. The server's data lies in `temporal` below it. */
  dataDir: string;
  port: number;
  /** null: no Web UI. */
  uiPort: number | null;
  namespace: string;
  /** FULL: what was acknowledged survives a power cut. NORMAL: three times as fast, survives `kill -9`. */
  synchronous: 'FULL' | 'NORMAL';
  /** More of the server's dynamic configuration, as `key=value`. */
  dynamicConfig?: string[];
  say: Say;
}

export interface TemporalServer extends EmbeddedServer {
  address: string;
}

/**
 * Starts the Temporal dev server on loopback with its data in an SQLite file, and answers when it really answers.
 *
 * It runs in a process group of its own, so that Ctrl-C does not reach it before the worker has stopped; one that was
 * left behind by a killed parent is stopped first (two on one file would start without a complaint). The caller holds
 * the lock of the data folder.
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  for (let left = mostStarts; ; left--) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (!(error instanceof LostRace) || left <= 1) throw error;
    }
  }
}

/**
 * The dev server looks for free ports for its own parts, and uses them a moment later: a program that takes one of them
 * in between ends it, some of them by a panic. A second start finds others.
 */
class LostRace extends Error {}
const lostRace = /address already in use|^panic: /m;
const mostStarts = 3;

async function startOnce(options: TemporalServerOptions): Promise<TemporalServer> {
  const { binary, port, uiPort, say } = options;
  const folder = join(options.dataDir, 'temporal');
  mkdirSync(folder, { recursive: true });
  const file = join(realpathSync(folder), 'temporal.db');
  const versionFile = `${file}.version`;

  await stopLeftServers(file, say);
  await requirePort(port, 'TEMPORAL_PORT', 'the embedded Temporal server');
  if (uiPort !== null) await requirePort(uiPort, 'TEMPORAL_UI_PORT', 'the Temporal Web UI');

  const madeBy = existsSync(file) && existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim() : null;
  if (madeBy === null) writeFileSync(versionFile, `${binary.version}\n`);

  const logFile = join(options.dataDir, 'logs', 'temporal.log');
  const logFrom = logSize(logFile);
  const log = openLog(logFile);
  let child: ChildProcess;
  try {
    child = spawn(binary.path, flags(options, file), {
      cwd: folder,
      env: serverEnvironment(),
      stdio: ['ignore', log, log],
      detached: true,
    });
  } finally {
    closeSync(log);
  }
  const exited = exitOf(child);
  const { pid } = child;
  if (pid === undefined) throw new Error(`The Temporal server could not be started: ${await exited}`);
  writeFileSync(`${file}.pid`, `${pid}\n`);
  const stop = async () => {
    await stopProcess(pid, stopSteps);
    rmSync(`${file}.pid`, { force: true });
  };

  try {
    const patience: Patience = { deadline: Date.now() + startTimeoutMs };
    void exited.then((how) => {
      patience.givenUp = `it ended (${how})`;
    });
    await ready(port, uiPort, options.namespace, patience);
    writeFileSync(versionFile, `${binary.version}\n`);
    return { pid, address: `127.0.0.1:${port}`, exited, stop };
  } catch (error) {
    await stop();
    // Again: a program that took the port in between.
    await requirePort(port, 'TEMPORAL_PORT', 'the embedded Temporal server');
    if (uiPort !== null) await requirePort(uiPort, 'TEMPORAL_UI_PORT', 'the Temporal Web UI');
    const said = readLog(logFile, Math.min(logFrom, logSize(logFile)));
    const problem = `${whyNot(error, file, madeBy, binary)} Its log (${logFile}) ends with:\n${lastLines(said)}`;
    throw lostRace.test(said) ? new LostRace(problem) : new Error(problem);
  }
}

/** The dev server makes its tables only in a new file: one of another version may not fit. */
function whyNot(error: unknown, file: string, madeBy: string | null, binary: TemporalBinary): string {
  const problem = `The Temporal server did not start: ${error instanceof Error ? error.message : String(error)}.`;
  if (madeBy === null || madeBy === binary.version) return problem;
  return (
    `${problem} Its data in ${file} was last used by Temporal CLI ${madeBy}, and this is ${binary.version} ` +
    `(${binary.path}), which may not be able to read it. Start with the earlier one, for example ` +
    'TEMPORAL_CLI_PATH=/path/to/that/temporal; or, when what waits there is not needed any more, move the file away.'
  );
}

/** Stops every dev server on this SQLite file: they were left behind, since the caller holds the data folder's lock. */
export async function stopLeftServers(file: string, say: Say): Promise<void> {
  for (const pid of runningProcesses()) {
    const commandLine = findProcess(pid)?.commandLine ?? '';
    if (!commandLine.includes(' server start-dev ') || !`${commandLine} `.includes(` --db-filename ${file} `)) continue;
    say(`Stopping the Temporal server (process ${pid}) that an earlier start left behind …`);
    await stopProcess(pid, stopSteps);
  }
}

/** SIGTERM ends in order, in about a second. SQLite's write-ahead log survives SIGKILL as well. */
const stopSteps: StopStep[] = [
  { signal: 'SIGTERM', to: 'process', waitMs: 4_000 },
  { signal: 'SIGKILL', to: 'group', waitMs: 1_000 },
];

function runningProcesses(): number[] {
  const names =
    process.platform === 'linux'
      ? readdirSync('/proc')
      : execFileSync('ps', ['-axo', 'pid='], { encoding: 'utf8' })
          .split('\n')
          .map((line) => line.trim());
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

const dynamicConfig = [
  // The default of 1 refuses a second question to a session while its workflow task is pending.
  'history.MaxBufferedQueryCount=100',
  // How often in a second a shard looks for tasks and timers to hand on. This server has one shard for everything: with the
  // default of 20 each step of a session waits for the next 50 ms from a dozen steps a second on.
  'history.transferProcessorMaxPollRPS=1000',
  'history.timerProcessorMaxPollRPS=1000',
];

function flags(options: TemporalServerOptions, file: string): string[] {
  return [
    ...['server', 'start-dev', '--db-filename', file],
    ...['--ip', '127.0.0.1', '--port', String(options.port)],
    ...(options.uiPort === null ? ['--headless'] : ['--ui-port', String(options.uiPort)]),
    ...(options.namespace === 'default' ? [] : ['--namespace', options.namespace]),
    ...['--log-level', 'error'],
    // SQLite's defaults do half as many signals a second. FULL syncs the write-ahead log at every commit.
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', `synchronous=${options.synchronous}`],
    ...[...dynamicConfig, ...(options.dynamicConfig ?? [])].flatMap((setting) => ['--dynamic-config-value', setting]),
  ];
}

/** Settings for clients (TEMPORAL_ADDRESS, TEMPORAL_TLS …) are not meant for this server. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

/** How long something is waited for. */
interface Patience {
  /** Epoch milliseconds. */
  deadline: number;
  /** Set when there is nothing left to wait for, with the reason. */
  givenUp?: string;
}

/** Waits for a real answer about the namespace, sets its retention, and waits for the Web UI's first page. */
async function ready(port: number, uiPort: number | null, namespace: string, patience: Patience): Promise<void> {
  // gRPC pauses for a second after a refused connection, so the port is watched first.
  await until(patience, () => knock(port));
  const connection = await until(patience, () =>
    Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 2_000 }),
  );
  try {
    const service = connection.workflowService;
    const description = await until(patience, () =>
      connection.withDeadline(Date.now() + 2_000, () => service.describeNamespace({ namespace })),
    );
    const keptSeconds = description.config?.workflowExecutionRetentionTtl?.seconds?.toNumber() ?? 0;
    if (keptSeconds * 1_000 < retentionMs) {
      await until(patience, () =>
        connection.withDeadline(Date.now() + 5_000, () =>
          service.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: msToTs(retentionMs) } }),
        ),
      );
    }
  } finally {
    await connection.close();
  }
  if (uiPort !== null) {
    await until(patience, async () => {
      const page = await fetch(`http://127.0.0.1:${uiPort}/`, {
        signal: AbortSignal.timeout(2_000),
        redirect: 'manual',
      });
      await page.body?.cancel();
      if (page.status >= 500) throw new Error(`the Web UI answers ${page.status}`);
    });
  }
}

async function knock(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connectTo({ port, host: '127.0.0.1', timeout: 1_000 });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error('no answer')));
  });
}

/** Tries until it succeeds or the patience is over; then throws what was last in the way. */
async function until<T>(patience: Patience, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (patience.givenUp !== undefined) throw new Error(patience.givenUp);
      if (Date.now() >= patience.deadline) throw error;
      await sleep(20);
    }
  }
}
