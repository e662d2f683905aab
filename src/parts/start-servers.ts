import type { Config } from '../config';
import { type EmbeddedServer, killServersNow } from '../embedded/embedded-server';
import { startPostgres } from '../embedded/postgres';
import { type Say, step } from '../embedded/progress';
import { type Supervision, supervise } from '../embedded/supervise';
import { findTemporalBinary } from '../embedded/temporal-binary';
import { startTemporalServer } from '../embedded/temporal-server';
import type { Logger } from '../logger';
import type { Lifecycle } from './lifecycle';

export interface Servers {
  databaseUrl: string;
  temporalAddress: string;
  temporalEmbedded: boolean;
}

/**
 * Starts those of PostgreSQL and Temporal that the settings do not name, side by side, and keeps them running. Both are
 * added to the process's life as one, since they may stop side by side as well.
 */
export async function startServers(config: Config, logger: Logger, life: Lifecycle, say: Say): Promise<Servers> {
  const running: Supervision<EmbeddedServer>[] = [];
  life.add('servers', async () => {
    await Promise.all(running.map((server) => server.stop()));
  });
  life.addLastResort(killServersNow);
  const watching = (name: string) => ({
    onRestart: (how: string) => logger.error(`${name} ended (${how}); it is started again`),
    onRestarted: () => logger.info(`${name} answers again`),
    onGiveUp: (why: string) => life.fail(`${name} cannot be started again: ${why}`),
  });

  const postgres = async (): Promise<string> => {
    if (config.databaseUrl !== null) return config.databaseUrl;
    const supervision = await step(say, 'Starting PostgreSQL', () =>
      supervise({
        ...watching('PostgreSQL'),
        start: async (earlier: Awaited<ReturnType<typeof startPostgres>> | null) => {
          const port = earlier?.port ?? config.embeddedPostgresPort;
          const server = await startPostgres({ dataDir: config.dataDir, port, durable: true, say });
          return server;
        },
      }),
    );
    running.push(supervision);
    return supervision.first.url;
  };

  const temporal = async (): Promise<string> => {
    if (config.temporal.address !== null) return config.temporal.address;
    const { cliPath, port, uiPort, namespace } = config.temporal;
    const binary = await findTemporalBinary({ cliPath, env: process.env, say, signal: life.signal });
    life.signal.throwIfAborted();
    const supervision = await step(say, 'Starting Temporal', () =>
      supervise({
        ...watching('Temporal'),
        start: async () => {
          const server = await startTemporalServer({
            ...{ binary, dataDir: config.dataDir, port, uiPort, namespace },
            ...{ synchronous: 'FULL' as const, say },
          });
          return server;
        },
      }),
    );
    running.push(supervision);
    return supervision.first.address;
  };

  // Both are waited for, also when one fails: what the other has started must be known to be stopped.
  const [database, server] = await Promise.allSettled([postgres(), temporal()]);
  if (database.status === 'rejected') throw database.reason;
  if (server.status === 'rejected') throw server.reason;
  return {
    databaseUrl: database.value,
    temporalAddress: server.value,
    temporalEmbedded: config.temporal.address === null,
  };
}
