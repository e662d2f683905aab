import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { type Account, placeForData, postgresAccount } from '../../src/embedded/unprivileged';
import type { ComposeFile } from '../support/compose-file';
import { type PostgresPart, stopSignals } from './database';
import { freeLowPort } from './free-ports';
import { Part } from './part';
import { initializeDatabases } from './postgres-init';
import { type PostgresPrograms, postgresFromNpm } from './postgres-programs';
import { freezeWithChildren, thawWithChildren } from './process-tree';

const run = promisify(execFile);

export type PostgresqlOptions = {
  /** Its data lies in `postgres` below it, its log in `logs`. Data that is there already is used as it is. */
  folder: string;
  /** docker-compose.yml with its variables filled in. */
  compose: ComposeFile;
  /** false: nothing survives a power cut. */
  durable: boolean;
  /** Default: those that come with npm. */
  programs?: PostgresPrograms;
  /** Makes roles and databases when the data is new; default: by the script, in the way that can be gone. */
  initialize?: typeof initializeDatabases;
};

/**
 * PostgreSQL as docker-compose.yml starts it, as a process: its command's settings, its superuser, roles and databases
 * by docker/postgres-init.sh.
 */
export async function startPostgresql(options: PostgresqlOptions): Promise<PostgresPart> {
  const { folder } = options;
  const service = options.compose.services.postgresql;
  const { POSTGRES_USER: user = '', POSTGRES_PASSWORD: password = '' } = service?.environment ?? {};
  const account = postgresAccount(join(folder, 'postgres'));
  const dataFolder = placeForData(folder, account);
  const programs = options.programs ?? postgresFromNpm(account);
  const isNew = !existsSync(join(dataFolder, 'PG_VERSION'));
  if (isNew) await makeDataFolder(programs, dataFolder, account, options);

  mkdirSync(join(folder, 'logs'), { recursive: true });
  const port = await freeLowPort();
  const adminUrl = `postgresql://${user}:${password}@127.0.0.1:${port}/postgres`;
  const own = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '' };
  const careless = options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const part = new Part({
    name: 'postgresql',
    program: join(programs.bin, 'postgres'),
    args: [
      ...['-D', dataFolder, ...(service?.command ?? []).slice(1)],
      ...Object.entries({ ...own, ...careless }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    env: serverEnvironment,
    cwd: '/',
    account,
    logFile: join(folder, 'logs', 'postgresql.log'),
    ready: () => answers(adminUrl),
  });
  await start(part);
  const initialize = options.initialize ?? initializeDatabases;
  if (isNew) await initialize(adminUrl, { POSTGRES_USER: user, ...service?.environment });

  return {
    ...{ port, adminUrl },
    get pid() {
      return part.pid;
    },
    get running() {
      return part.running;
    },
    async stop(how) {
      process.kill(part.pid, stopSignals[how]);
      await part.ended;
    },
    start: () => start(part),
    freeze: () => freezeWithChildren(part.pid),
    thaw: () => thawWithChildren(part.pid),
    async end() {
      if (!part.running) return;
      thawWithChildren(part.pid);
      await part.stop('SIGINT');
    },
  };
}

/** Nothing of the caller's environment may change what the server does (PGPORT, PGOPTIONS, LC_…). */
const serverEnvironment: NodeJS.ProcessEnv = { PATH: process.env.PATH, LC_ALL: 'C' };

/** Processes of a killed server need a moment to notice that it is gone. */
async function start(part: Part): Promise<void> {
  for (let triesLeft = 50; ; triesLeft--) {
    try {
      return await part.start();
    } catch (error) {
      if (triesLeft === 0 || !String(error).includes('shared memory block')) throw error;
      await sleep(200);
    }
  }
}

/** As the image does it, which names the superuser and hands its own arguments through. */
async function makeDataFolder(
  { bin, majorVersion }: PostgresPrograms,
  dataFolder: string,
  account: Account | null,
  { compose, durable }: PostgresqlOptions,
): Promise<void> {
  const {
    POSTGRES_USER,
    POSTGRES_PASSWORD,
    POSTGRES_INITDB_ARGS = '',
  } = compose.services.postgresql?.environment ?? {};
  const passwordFile = `${dataFolder}.password`;
  mkdirSync(dataFolder, { mode: 0o700 });
  writeFileSync(passwordFile, `${POSTGRES_PASSWORD}\n`, { mode: 0o600 });
  if (account !== null) for (const path of [dataFolder, passwordFile]) chownSync(path, account.uid, account.gid);
  // The image's own locale is not on every machine; this one is the same everywhere.
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  try {
    await run(
      join(bin, 'initdb'),
      [
        ...['-D', dataFolder, `--username=${POSTGRES_USER}`, `--pwfile=${passwordFile}`, '--encoding=UTF8'],
        ...(majorVersion >= 17 ? locale : ['--locale=C.UTF-8']),
        ...POSTGRES_INITDB_ARGS.split(' ').filter((argument) => argument !== ''),
        ...(durable ? [] : ['--no-sync']),
      ],
      { cwd: '/', env: serverEnvironment, ...account },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

async function answers(adminUrl: string): Promise<boolean> {
  const sql = postgres(adminUrl, { max: 1, connect_timeout: 2, onnotice: () => {} });
  try {
    await sql`select 1`;
    return true;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
