import type { PostgresPart } from '../../cluster/database';
import type { DatabaseServer } from './installation';

/** A PostgreSQL that the harness itself has started. */
export const databaseServer = (server: PostgresPart): DatabaseServer => ({
  name: 'postgresql',
  get running() {
    return server.running;
  },
  get pid() {
    return server.pid;
  },
  kill: () => server.stop('kill'),
  freeze: () => server.freeze(),
  thaw() {
    if (server.running) server.thaw();
  },
  async start() {
    if (!server.running) await server.start();
  },
  async restart(how) {
    await server.stop(how);
    await server.start();
  },
});
