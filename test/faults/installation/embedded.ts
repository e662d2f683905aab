import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../src/embedded/ports';
import { findProcess, signalProcess, stopProcess, waitUntilGone } from '../../../src/embedded/processes';
import { startDatabase } from '../../cluster/database';
import { Part } from '../../cluster/part';
import { freezeWithChildren, thawWithChildren } from '../../cluster/process-tree';
import { eventually } from '../../support/eventually';
import { startDatabaseProxy } from '../database-proxy/database-proxy';
import { startGatewayProcess } from '../gateway/gateway-process';
import { copyBuild } from './build';
import { databaseServer } from './database-server';
import { makeFolder, removeFolder } from './folder';
import { connectHarness } from './harness-connections';
import type { Breakable, DatabaseServer, Installation, InstallationSettings } from './installation';
import { program } from './program';
import { Undo } from './undo';

/** The program starts its servers again five times in ten minutes; it is started anew before it gives up. */
const serverDeathsPerStart = 3;

/**
 * What `npm start` starts: one process with API and worker, PostgreSQL and the Temporal server as its children. They are
 * found by their pid files, since a killed process leaves them behind.
 */
export async function startEmbedded(build: string, settings: InstallationSettings): Promise<Installation> {
  const folder = makeFolder();
  const undo = new Undo();
  undo.add(() => removeFolder(folder));
  try {
    return await assemble(folder, copyBuild(build, folder), settings, undo);
  } catch (error) {
    await undo.all();
    throw error;
  }
}

async function assemble(
  folder: string,
  root: string,
  settings: InstallationSettings,
  undo: Undo,
): Promise<Installation> {
  const dataDir = join(folder, 'data');
  mkdirSync(join(folder, 'logs'));
  const [port, temporalPort, temporalUiPort] = [await freePort(), await freePort(), await freePort()];
  const adminKey = `fup_${randomBytes(32).toString('base64url')}`;
  const secretsKey = randomBytes(32).toString('base64');
  const gateway = await startGatewayProcess(folder);
  undo.add(() => gateway.stop());
  const database = settings.databaseProxy
    ? await databaseBehindProxy(folder, undo)
    : {
        environment: { EMBEDDED_POSTGRES_PORT: String(await freePort()) } as NodeJS.ProcessEnv,
        proxy: null,
        server: null,
      };

  const environment: NodeJS.ProcessEnv = {
    ...{ PATH: process.env.PATH, HOME: process.env.HOME, TEMPORAL_CLI_PATH: process.env.TEMPORAL_CLI_PATH },
    ...{ DATA_DIR: dataDir, PORT: String(port) },
    ...{ TEMPORAL_PORT: String(temporalPort), TEMPORAL_UI_PORT: String(temporalUiPort) },
    ...{ ADMIN_API_KEY: adminKey, SECRETS_KEY: secretsKey, EGRESS_ALLOW: '127.0.0.0/8' },
    ...{ RATE_LIMIT_PER_SECOND: '0', RATE_LIMIT_EVENTS_PER_SECOND: '0', LOG_FORMAT: 'json' },
    ...database.environment,
    ...settings.environment,
  };
  const url = `http://127.0.0.1:${port}`;
  const part = new Part({
    name: 'npm start',
    ...{ program: process.execPath, args: ['dist/main.js'], env: environment, cwd: root },
    logFile: join(folder, 'logs', 'service.log'),
    ready: async () => (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) })).ok,
    patienceMs: 120_000,
  });
  const service = program(part, url);
  const pidFiles = {
    postgres: join(dataDir, 'postgres', 'postmaster.pid'),
    temporal: join(dataDir, 'temporal', 'temporal.db.pid'),
  };
  // Added before the start: one that does not come up may have started its servers.
  undo.add(async () => {
    for (const server of [postgres, temporal]) server.thaw();
    await part.stop();
    for (const file of Object.values(pidFiles)) {
      const pid = readPid(file);
      if (pid !== null) await stopProcess(pid, [{ signal: 'SIGKILL', to: 'group', waitMs: 5_000 }]);
    }
  });

  let serverDeaths = 0;
  const answers = async () => {
    if (!part.running) throw new Error('npm start does not run, so nobody starts its servers.');
    return (await service.readiness()) === 200;
  };
  const temporal = childServer('temporal', pidFiles.temporal, answers, () => serverDeaths++);
  const postgres =
    database.server ??
    childDatabase(
      childServer('postgresql', pidFiles.postgres, answers, () => serverDeaths++),
      () => serverDeaths++,
    );

  await service.start();
  const databaseUrl = database.proxy?.directUrl ?? databaseUrlOf(dataDir, environment.EMBEDDED_POSTGRES_PORT ?? '');
  const temporalAddress = `127.0.0.1:${temporalPort}`;
  const harness = connectHarness({ databaseUrl, temporalAddress, namespace: 'default' });
  undo.add(harness.close);

  return {
    form: 'embedded',
    ...{ apis: [service], apiUrls: [url], workers: [service], temporal, temporalAddress, postgres, databaseUrl },
    adminDatabaseUrl: databaseUrl,
    ...{ namespace: 'default', taskQueue: 'followups', databaseProxy: database.proxy, adminKey, secretsKey, gateway },
    ...{ sql: harness.sql, client: harness.client, folder },
    workerEnvironment: {
      ...environment,
      DATABASE_URL: database.environment.DATABASE_URL ?? databaseUrl,
      TEMPORAL_ADDRESS: temporalAddress,
    },
    async recover() {
      for (const each of [postgres, temporal, service]) each.thaw();
      database.proxy?.forget();
      await gateway.forget();
      if (serverDeaths >= serverDeathsPerStart) await part.stop();
      if (!part.running) serverDeaths = 0;
      if (database.server !== null) await postgres.start();
      await service.start();
    },
    stop: () => undo.all(),
  };
}

/** PostgreSQL of the harness's own: the service's own one has no place for a proxy. */
async function databaseBehindProxy(folder: string, undo: Undo) {
  const server = await startDatabase({ folder: join(folder, 'database'), durable: true, say: () => {} });
  undo.add(() => server.end());
  const proxy = await startDatabaseProxy(server.adminUrl);
  undo.add(() => proxy.close());
  return { proxy, server: databaseServer(server), environment: { DATABASE_URL: proxy.url } as NodeJS.ProcessEnv };
}

/** A server that the service starts, and starts again when it ends. */
function childServer(name: string, pidFile: string, answers: () => Promise<boolean>, onDeath: () => void): Breakable {
  const alive = () => {
    const pid = readPid(pidFile);
    return pid !== null && findProcess(pid) !== null ? pid : null;
  };
  return {
    name,
    get running() {
      return alive() !== null;
    },
    get pid() {
      const pid = alive();
      if (pid === null) throw new Error(`${name} does not run.`);
      return pid;
    },
    async kill() {
      const pid = alive();
      if (pid === null) return;
      onDeath();
      signalProcess(pid, 'SIGKILL');
      await gone(pid);
    },
    freeze() {
      signalProcess(this.pid, 'SIGSTOP');
    },
    thaw() {
      const pid = alive();
      if (pid !== null) signalProcess(pid, 'SIGCONT');
    },
    async start() {
      await eventually(`${name} to answer`, answers, 90_000);
    },
  };
}

/** PostgreSQL as such a server. */
function childDatabase(server: Breakable, onDeath: () => void): DatabaseServer {
  return Object.defineProperties({} as DatabaseServer, {
    ...Object.getOwnPropertyDescriptors(server),
    freeze: { value: () => freezeWithChildren(server.pid) },
    thaw: {
      value() {
        if (server.running) thawWithChildren(server.pid);
      },
    },
    restart: {
      async value(how: 'fast' | 'immediate') {
        const { pid } = server;
        onDeath();
        signalProcess(pid, how === 'fast' ? 'SIGINT' : 'SIGQUIT');
        await gone(pid);
        await server.start();
      },
    },
  });
}

async function gone(pid: number): Promise<void> {
  if (!(await waitUntilGone(pid, 15_000))) throw new Error(`Process ${pid} does not end.`);
}

/** Of PostgreSQL's and of Temporal's file alike. */
function readPid(file: string): number | null {
  try {
    return Number(readFileSync(file, 'utf8').split('\n')[0]) || null;
  } catch {
    return null;
  }
}

function databaseUrlOf(dataDir: string, port: string): string {
  const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
  return `postgresql://followups:${password}@127.0.0.1:${port}/followups`;
}
