import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import postgres from 'postgres';
import { freePort, isPortFree } from '../../src/embedded/ports';
import type { Say } from '../../src/embedded/progress';
import { findTemporalBinary } from '../../src/embedded/temporal-binary';
import { builtRepository } from '../support/build';
import { type ComposeFile, composeFileWith, repositoryRoot } from '../support/compose-file';
import { type PostgresPart, startDatabase } from './database';
import { Part } from './part';
import { serverPrograms, webUiProgram } from './server-programs';

const run = promisify(execFile);

export type ClusterOptions = {
  /** An empty folder for data and logs; one where the user `postgres` gets in when this is root. */
  folder: string;
  say: Say;
  /** Ports that people know; else free ones. */
  ports?: { api?: number; temporal?: number; temporalUi?: number };
  apis?: number;
  workers?: number;
  /** More settings for the APIs and the workers. */
  settings?: Record<string, string>;
  /** Gives the APIs and the workers another way to the database than the direct one. */
  databaseVia?: (databaseUrl: string) => Promise<string>;
  /** Whether the Web UI is started as well. */
  webUi?: boolean;
  /** false: nothing of the databases survives a power cut. */
  durable?: boolean;
  /** The repository with its build; default: this one, built where it is out of date. */
  root?: string;
};

/** The service as in production, as processes on the loopback. */
export type Cluster = {
  databaseUrl: string;
  temporalAddress: string;
  temporalUiUrl: string;
  namespace: string;
  taskQueue: string;
  adminKey: string;
  secretsKey: string;
  postgres: PostgresPart;
  temporal: Part;
  apis: Part[];
  /** Where each API answers. */
  apiUrls: string[];
  workers: Part[];
  /** Where each worker tells of its health. */
  workerUrls: string[];
  /** All that a worker is given. */
  workerEnvironment: NodeJS.ProcessEnv;
  stop(): Promise<void>;
};

/**
 * Starts what docker-compose.yml starts, with its very commands and settings, as processes: PostgreSQL, Temporal's
 * schema, the production Temporal server, the namespace, its Web UI, the migration, APIs and workers. Only addresses,
 * ports and passwords are this run's own.
 *
 * @throws when one of them does not come up; what was started is stopped then
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { folder, say } = options;
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const programs = await serverPrograms(say);
  const webUi = options.webUi === false ? null : await webUiProgram(say);
  const cli = await findTemporalBinary({ cliPath: process.env.TEMPORAL_CLI_PATH || null, env: process.env, say });
  const root = options.root ?? builtRepository();

  const secrets = {
    POSTGRES_PASSWORD: randomBytes(16).toString('hex'),
    FOLLOWUPS_DB_PASSWORD: randomBytes(16).toString('hex'),
    TEMPORAL_DB_PASSWORD: randomBytes(16).toString('hex'),
    SECRETS_KEY: randomBytes(32).toString('base64'),
    ADMIN_API_KEY: `fup_${randomBytes(24).toString('base64url')}`,
  };
  const compose = composeFileWith({ ...secrets, EGRESS_ALLOW: '127.0.0.0/8', RATE_LIMIT_EVENTS_PER_SECOND: '0' });
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };

  try {
    say('Starting PostgreSQL …');
    const database = await startDatabase({ folder, say, durable: options.durable ?? true });
    stops.push(() => database.end());
    await makeDatabases(database.adminUrl, secrets);
    const temporalPort = options.ports?.temporal ?? (await freeLowPort());
    const address = {
      postgresql: `127.0.0.1:${database.port}`,
      temporal: `127.0.0.1:${temporalPort}`,
    };
    const environment = (service: string) => environmentOf(compose, service, address);

    const bin = join(folder, 'bin');
    mkdirSync(bin);
    symlinkSync(programs.schemaTool, join(bin, 'temporal-sql-tool'));
    symlinkSync(cli.path, join(bin, 'temporal'));
    const script = async (service: string, more: Record<string, string>) => {
      const [shell = 'sh', path = ''] = compose.services[service]?.command ?? [];
      const env = { ...environment(service), ...more, PATH: `${bin}:${process.env.PATH}`, HOME: folder };
      await run(shell, [join(repositoryRoot, path)], { env, timeout: 180_000 });
    };
    say('Making Temporal’s tables …');
    await script('temporal-schema', { SQL_HOST: '127.0.0.1', SQL_PORT: String(database.port) });

    const part = (
      name: string,
      program: string,
      args: string[],
      env: NodeJS.ProcessEnv,
      ready: Part['start'] | Ready,
    ) => {
      const made = new Part({
        ...{ name, program, args, env, cwd: root, logFile: join(logs, `${name}.log`) },
        ready: async () => (await ready()) !== false,
      });
      stops.push(() => made.stop());
      return made;
    };

    say('Starting the Temporal server …');
    const temporal = part(
      'temporal',
      programs.server,
      ['--allow-no-auth', 'start'],
      {
        ...environment('temporal'),
        ...(await temporalPorts(temporalPort)),
        POSTGRES_SEEDS: '127.0.0.1',
        DB_PORT: String(database.port),
        BIND_ON_IP: '127.0.0.1',
        TEMPORAL_BROADCAST_ADDRESS: '127.0.0.1',
        DYNAMIC_CONFIG_FILE_PATH: join(repositoryRoot, 'docker', 'temporal-dynamic-config.yaml'),
        PATH: process.env.PATH,
      },
      () => answersGrpc(address.temporal),
    );
    await temporal.start();
    await script('temporal-namespace', {});

    const uiPort = options.ports?.temporalUi ?? (await freePort());
    const temporalUiUrl = `http://127.0.0.1:${uiPort}`;
    if (webUi !== null) {
      const ui = part(
        'temporal-ui',
        webUi,
        ['--root', folder, '--env', 'none', 'start'],
        { ...environment('temporal-ui'), TEMPORAL_UI_PORT: String(uiPort), PATH: process.env.PATH },
        () => answersHttp(`${temporalUiUrl}/healthz`),
      );
      await ui.start();
    }

    say('Migrating the database …');
    await run(process.execPath, ['dist/migrate.js'], { cwd: root, env: environment('migrate') });

    say('Starting the APIs and the workers …');
    const apiPorts = await portsFor(options.apis ?? 2, options.ports?.api);
    const publicUrl = `http://127.0.0.1:${apiPorts[0]}`;
    const databaseUrl = environment('api').DATABASE_URL ?? '';
    const more = {
      PUBLIC_URL: publicUrl,
      ...(options.databaseVia === undefined ? {} : { DATABASE_URL: await options.databaseVia(databaseUrl) }),
      ...options.settings,
    };
    const workerEnvironment = { ...environment('worker'), ...more };
    const apis = apiPorts.map((port, index) =>
      part(
        `api-${index + 1}`,
        process.execPath,
        ['dist/server.js'],
        { ...environment('api'), ...more, HOST: '127.0.0.1', PORT: String(port), TEMPORAL_UI_URL: temporalUiUrl },
        () => answersHttp(`http://127.0.0.1:${port}/readyz`),
      ),
    );
    const healthPorts = await portsFor(options.workers ?? 2);
    const workers = healthPorts.map((port, index) =>
      part(
        `worker-${index + 1}`,
        process.execPath,
        ['dist/worker.js'],
        { ...workerEnvironment, WORKER_HEALTH_PORT: String(port) },
        () => answersHttp(`http://127.0.0.1:${port}/readyz`),
      ),
    );
    await Promise.all([...apis, ...workers].map((each) => each.start()));

    const settings = environment('api');
    return {
      databaseUrl,
      temporalAddress: address.temporal,
      temporalUiUrl,
      namespace: settings.TEMPORAL_NAMESPACE ?? '',
      taskQueue: settings.TEMPORAL_TASK_QUEUE ?? '',
      adminKey: secrets.ADMIN_API_KEY,
      secretsKey: secrets.SECRETS_KEY,
      postgres: database,
      temporal,
      apis,
      apiUrls: apiPorts.map((port) => `http://127.0.0.1:${port}`),
      workers,
      workerUrls: healthPorts.map((port) => `http://127.0.0.1:${port}`),
      workerEnvironment,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Ready = () => Promise<boolean>;

/** What a service of the compose file is given, with this run's addresses in place of the containers' names. */
function environmentOf(
  compose: ComposeFile,
  service: string,
  address: { postgresql: string; temporal: string },
): Record<string, string> {
  const environment = compose.services[service]?.environment;
  if (!environment) throw new Error(`docker-compose.yml has no environment for ${service}.`);
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value
        .replace(
          /^postgresql:\/\/followups:(.*)@postgresql:5432\/followups$/,
          `postgresql://${role}:$1@${address.postgresql}/${role}`,
        )
        .replace(/^temporal:7233$/, address.temporal),
    ]),
  );
}

/** Every part of the Temporal server has two ports: they are given free ones, so that two clusters do not meet. */
async function temporalPorts(frontend: number): Promise<Record<string, string>> {
  const names = ['FRONTEND_MEMBERSHIP_PORT', 'FRONTEND_HTTP_PORT'].concat(
    ['HISTORY', 'MATCHING', 'WORKER'].flatMap((part) => [`${part}_GRPC_PORT`, `${part}_MEMBERSHIP_PORT`]),
  );
  const ports = new Set<number>();
  while (ports.size < names.length) ports.add(await freeLowPort());
  return {
    FRONTEND_GRPC_PORT: String(frontend),
    ...Object.fromEntries([...ports].map((port, index) => [names[index], String(port)])),
  };
}

/** Temporal keeps the ports of its parts in its database as signed 16-bit numbers. */
async function freeLowPort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768);
    if (await isPortFree(port)) return port;
  }
}

async function portsFor(count: number, first?: number): Promise<number[]> {
  const ports = new Set<number>(first === undefined ? [] : [first]);
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

/** In containers it is "followups"; here the server's own superuser has that name. */
const role = 'followups_service';

/** What docker/postgres-init.sh makes. */
async function makeDatabases(
  adminUrl: string,
  { FOLLOWUPS_DB_PASSWORD, TEMPORAL_DB_PASSWORD }: Record<'FOLLOWUPS_DB_PASSWORD' | 'TEMPORAL_DB_PASSWORD', string>,
): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(`create role ${role} login password '${FOLLOWUPS_DB_PASSWORD}'`);
    await sql.unsafe(`create role temporal login password '${TEMPORAL_DB_PASSWORD}'`);
    await sql.unsafe(`create database ${role} owner ${role}`);
    await sql.unsafe('create database temporal owner temporal');
    await sql.unsafe('create database temporal_visibility owner temporal');
    await sql.unsafe(`revoke connect on database ${role}, temporal, temporal_visibility from public`);
  } finally {
    await sql.end();
  }
}

async function answersHttp(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return true;
}

async function answersGrpc(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: '2s' });
  try {
    await connection.workflowService.getSystemInfo({});
    await connection.operatorService.listSearchAttributes({ namespace: 'temporal-system' });
    return true;
  } finally {
    await connection.close();
  }
}
