import type { Stack } from '../../support/stack';
import type { GatewayProcess } from '../gateway/gateway-process';
import type { DatabaseServer, Installation, Program } from '../installation/installation';

/**
 * The parts of one process as an installation, for rows that break none of them: whoever kills or starts something here
 * does nothing.
 *
 * @param apiUrl where the row asks
 */
export function stackInstallation(stack: Stack, gateway: GatewayProcess, folder: string, apiUrl: string): Installation {
  const nothing = async () => {};
  const part: Program & DatabaseServer = {
    ...{ name: 'stack', running: true, pid: process.pid, freeze() {}, thaw() {}, launch() {}, log: () => '' },
    ...{ kill: nothing, start: nothing, restart: nothing, stop: async () => 0, ended: async () => 0 },
    readiness: async () => 200,
  };
  const { namespace, taskQueue, databaseUrl, adminKey, client, workerEnvironment } = stack;
  return {
    form: 'embedded',
    ...{ apis: [part], apiUrls: [apiUrl], workers: [part], temporal: part, postgres: part, databaseProxy: null },
    ...{ namespace, taskQueue, databaseUrl, adminKey, client, workerEnvironment, folder, gateway },
    adminDatabaseUrl: databaseUrl,
    temporalAddress: workerEnvironment.TEMPORAL_ADDRESS ?? '',
    secretsKey: workerEnvironment.SECRETS_KEY ?? '',
    sql: stack.database.sql,
    recover: () => gateway.forget(),
    stop: nothing,
  };
}
