import { type EmbeddedPostgres, startPostgres } from '../../src/embedded/postgres';
import { isAlive } from '../../src/embedded/processes';
import type { Say } from '../../src/embedded/progress';
import { freezeWithChildren, thawWithChildren } from './process-tree';

/** How it is told to stop. */
export const stopSignals = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' } as const;

/** PostgreSQL, which comes back on the same port with the same data. */
export type PostgresPart = {
  readonly port: number;
  /** Of a database that is always there, as the superuser. */
  readonly adminUrl: string;
  readonly pid: number;
  readonly running: boolean;
  /** `fast`: connections are cut and it ends in order; `immediate`: it does not tidy up; `kill`: it cannot. */
  stop(how: keyof typeof stopSignals): Promise<void>;
  start(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Stops it for good. */
  end(): Promise<void>;
};

export async function startDatabase(options: {
  folder: string;
  say: Say;
  /** false: nothing survives a power cut. */
  durable: boolean;
}): Promise<PostgresPart> {
  const begin = (port: number | null): Promise<EmbeddedPostgres> =>
    startPostgres({ dataDir: options.folder, port, durable: options.durable, say: options.say });
  let server = await begin(null);
  const { port, url: adminUrl } = server;
  return {
    port,
    adminUrl,
    get pid() {
      return server.pid;
    },
    get running() {
      return isAlive(server.pid);
    },
    async stop(how) {
      process.kill(server.pid, stopSignals[how]);
      await server.exited;
    },
    async start() {
      server = await begin(port);
    },
    freeze: () => freezeWithChildren(server.pid),
    thaw: () => thawWithChildren(server.pid),
    async end() {
      thawWithChildren(server.pid);
      await server.stop();
    },
  };
}
