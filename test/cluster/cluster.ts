import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Say } from '../../src/embedded/progress';
import { builtRepository } from '../support/build';
import { composeFileWith } from '../support/compose-file';
import type { PostgresPart } from './database';
import { freeLowPort, freePorts } from './free-ports';
import { Part } from './part';
import type { PostgresPrograms } from './postgres-programs';
import { newSecrets, type Secrets } from './secrets';
import { webUiProgram } from './server-programs';
import { startServers } from './servers';

const run = promisify(execFile);

export type ClusterOptions = {
  /** An empty folder for data and logs; one where the user `postgres` gets in when this is root. */
  folder: string;
  say: Say;
  /** Ports that people know; else free ones. */
  ports?: { api?: number; temporal?: number; temporalUi?: number };
  /** docker-compose.yml has one, on a port of the machine; where there are more of them, a load balancer is before them. */
  apis?: number;
  /** Default: as many as docker-compose.yml has. */
  workers?: number;
  /** false: the workers are there, but not started. */
  startWorkers?: boolean;
  /** More settings for the APIs and the workers. */
  settings?: Record<string, string>;
  /** Default: new ones. */
  secrets?: Secrets;
  /** Gives the APIs and the workers another way to the database than the direct one. */
  databaseVia?: (databaseUrl: string) => Promise<string>;
  /** Puts data into the databases, which are there and empty, before anybody uses them. */
  restore?: (postgres: PostgresPart) => Promise<void>;
  /** Default: the PostgreSQL that comes with npm. */
  postgresPrograms?: PostgresPrograms;
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
  secrets: Secrets;
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
 * ports and passwords are this run's own; and there are two APIs, so that what two of them do is seen.
 *
 * @throws when one of them does not come up; what was started is stopped then
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { folder, say } = options;
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const webUi = options.webUi === false ? null : await webUiProgram(say);
  const root = options.root ?? builtRepository();
  const secrets = options.secrets ?? newSecrets();
  const compose = composeFileWith({ ...secrets, EGRESS_ALLOW: '127.0.0.0/8' });
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };

  try {
    const servers = await startServers({
      ...{ folder, compose, say, durable: options.durable ?? true },
      ...(options.ports?.temporal === undefined ? {} : { temporalPort: options.ports.temporal }),
      ...(options.restore === undefined ? {} : { restore: options.restore }),
      ...(options.postgresPrograms === undefined ? {} : { postgresPrograms: options.postgresPrograms }),
    });
    stops.push(() => servers.stop());
    const environment = (service: string) => servers.service(service).environment;
    const part = (name: string, command: string[], env: NodeJS.ProcessEnv, healthUrl: string) => {
      const [program = '', ...args] = command;
      const made = new Part({
        ...{ name, program, args, env, cwd: root, logFile: join(logs, `${name}.log`) },
        ready: () => answers(healthUrl),
      });
      stops.push(() => made.stop());
      return made;
    };

    const uiPort = options.ports?.temporalUi ?? (await freeLowPort());
    const temporalUiUrl = `http://127.0.0.1:${uiPort}`;
    if (webUi !== null) {
      const env = { ...environment('temporal-ui'), TEMPORAL_UI_PORT: String(uiPort), PATH: process.env.PATH };
      const command = [webUi.program, '--root', webUi.root, '--env', 'docker', 'start'];
      await part('temporal-ui', command, env, `${temporalUiUrl}/healthz`).start();
    }

    say('Migrating the database …');
    const migrate = servers.service('migrate');
    const [program = '', ...args] = migrate.command;
    await run(program, args, { cwd: root, env: migrate.environment });

    say('Starting the APIs and the workers …');
    const apiPorts = await freePorts(options.apis ?? 2, options.ports?.api);
    const databaseUrl = environment('api').DATABASE_URL ?? '';
    const more = {
      PUBLIC_URL: `http://127.0.0.1:${apiPorts[0]}`,
      ...(options.databaseVia === undefined ? {} : { DATABASE_URL: await options.databaseVia(databaseUrl) }),
      ...options.settings,
    };
    const api = servers.service('api');
    const apis = apiPorts.map((port, index) => {
      const env = { ...api.environment, ...more, PORT: String(port), TEMPORAL_UI_URL: temporalUiUrl };
      return part(`api-${index + 1}`, api.command, env, `http://127.0.0.1:${port}/readyz`);
    });
    const worker = servers.service('worker');
    const workerEnvironment = { ...worker.environment, ...more };
    const healthPorts = await freePorts(options.workers ?? compose.services.worker?.deploy?.replicas ?? 1);
    const workers = healthPorts.map((port, index) => {
      const env = { ...workerEnvironment, WORKER_HEALTH_PORT: String(port) };
      return part(`worker-${index + 1}`, worker.command, env, `http://127.0.0.1:${port}/readyz`);
    });
    await Promise.all([...apis, ...(options.startWorkers === false ? [] : workers)].map((each) => each.start()));

    return {
      databaseUrl,
      temporalAddress: servers.temporalAddress,
      temporalUiUrl,
      namespace: api.environment.TEMPORAL_NAMESPACE ?? '',
      taskQueue: api.environment.TEMPORAL_TASK_QUEUE ?? '',
      secrets,
      adminKey: secrets.ADMIN_API_KEY,
      secretsKey: secrets.SECRETS_KEY,
      postgres: servers.postgres,
      temporal: servers.temporal,
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

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return true;
}
