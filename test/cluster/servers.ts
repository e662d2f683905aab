import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { stopProcess } from '../../src/embedded/processes';
import type { Say } from '../../src/embedded/progress';
import { findTemporalBinary } from '../../src/embedded/temporal-binary';
import type { ComposeFile } from '../support/compose-file';
import { eventually } from '../support/eventually';
import { asProcess } from './addresses';
import type { PostgresPart } from './database';
import { freeLowPort, temporalPorts } from './free-ports';
import { Part } from './part';
import type { PostgresPrograms } from './postgres-programs';
import { startPostgresql } from './postgresql';
import { processesNamed } from './process-tree';
import { serverPrograms } from './server-programs';

const run = promisify(execFile);

export type ServersOptions = {
  /** An empty folder for data and logs; one where the user `postgres` gets in when this is root. */
  folder: string;
  /** docker-compose.yml with its variables filled in. */
  compose: ComposeFile;
  say: Say;
  /** A port that people know; else a free one. */
  temporalPort?: number;
  /** false: nothing of the databases survives a power cut. */
  durable: boolean;
  /** Default: the PostgreSQL that comes with npm. */
  postgresPrograms?: PostgresPrograms;
  /** Puts data into the databases, which are there and empty, before anybody uses them. */
  restore?: (postgres: PostgresPart) => Promise<void>;
};

/** PostgreSQL and the Temporal server as docker-compose.yml starts them, as processes on the loopback. */
export type Servers = {
  postgres: PostgresPart;
  temporal: Part;
  temporalAddress: string;
  /** A service's command and environment, with the places where these servers are. */
  service(name: string): ReturnType<typeof asProcess>;
  stop(): Promise<void>;
  /** Kills both, with no order: for an end that cannot wait any longer. */
  killNow(): void;
};

/**
 * Starts PostgreSQL, Temporal's schema, the production Temporal server and its namespace, in the order of
 * docker-compose.yml.
 *
 * @throws when one of them does not come up; what was started is stopped then
 */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const { folder, compose, say } = options;
  const programs = await serverPrograms(say);
  const cli = await findTemporalBinary({ cliPath: process.env.TEMPORAL_CLI_PATH || null, env: process.env, say });

  say('Starting PostgreSQL …');
  const postgres = await startPostgresql({
    ...{ folder, compose, durable: options.durable },
    ...(options.postgresPrograms === undefined ? {} : { programs: options.postgresPrograms }),
  });
  let temporal: Part | null = null;
  const stop = async () => {
    await temporal?.stop();
    await postgres.end();
  };
  try {
    await options.restore?.(postgres);
    const addresses = {
      postgresqlPort: postgres.port,
      temporalPort: options.temporalPort ?? (await freeLowPort()),
    };
    const service = (name: string) => asProcess(compose.services[name], addresses);

    // By these names the images have them; and a server whose command line names its folder can be found again.
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(programs.server, join(bin, temporalServerName));
    symlinkSync(programs.schemaTool, join(bin, 'temporal-sql-tool'));
    symlinkSync(cli.path, join(bin, 'temporal'));
    const script = async (name: string) => {
      const { command, environment } = service(name);
      const [shell = '', ...args] = command;
      const env = { ...environment, PATH: `${bin}:${process.env.PATH}`, HOME: folder };
      await run(shell, args, { env, timeout: 180_000 });
    };
    say('Making Temporal’s tables …');
    await script('temporal-schema');

    say('Starting the Temporal server …');
    const temporalAddress = `127.0.0.1:${addresses.temporalPort}`;
    temporal = new Part({
      name: 'temporal',
      program: join(bin, temporalServerName),
      args: ['start'],
      env: {
        ...service('temporal').environment,
        ...(await temporalPorts(addresses.temporalPort)),
        TEMPORAL_BROADCAST_ADDRESS: '127.0.0.1',
        PATH: process.env.PATH,
      },
      // The server takes its configuration from the environment where there is no file of it.
      cwd: folder,
      logFile: join(folder, 'logs', 'temporal.log'),
      ready: () => answersGrpc(temporalAddress),
    });
    await temporal.start();
    await script('temporal-namespace');
    const { TEMPORAL_NAMESPACE: namespace = '' } = service('temporal-namespace').environment;
    await eventually('the namespace', () => knowsNamespace(temporalAddress, namespace));
    const started = temporal;
    return {
      ...{ postgres, temporal, temporalAddress, service, stop },
      killNow() {
        void started.kill();
        if (postgres.running) void postgres.stop('kill');
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const temporalServerName = 'temporal-server';

/** Ends a Temporal server of this folder that its parent left behind. */
export async function stopLeftTemporal(folder: string): Promise<void> {
  for (const pid of processesNamed(join(folder, 'bin', temporalServerName))) {
    await stopProcess(pid, [{ signal: 'SIGKILL', to: 'group', waitMs: 2_000 }]);
  }
}

const answersGrpc = (address: string) =>
  asking(address, async ({ workflowService, operatorService }) => {
    await workflowService.getSystemInfo({});
    await operatorService.listSearchAttributes({ namespace: 'temporal-system' });
  });

/** The server reads its list of namespaces every few seconds; before that it refuses what is about a new one. */
const knowsNamespace = (address: string, namespace: string) =>
  asking(address, ({ workflowService }) => workflowService.listWorkflowExecutions({ namespace, pageSize: 1 }));

async function asking(address: string, ask: (connection: Connection) => Promise<unknown>): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: '2s' });
  try {
    await ask(connection);
    return true;
  } finally {
    await connection.close();
  }
}
