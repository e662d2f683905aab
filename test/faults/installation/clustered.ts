import { startCluster } from '../../cluster/cluster';
import { startDatabaseProxy } from '../database-proxy/database-proxy';
import { startGatewayProcess } from '../gateway/gateway-process';
import { copyBuild } from './build';
import { databaseServer } from './database-server';
import { makeFolder, removeFolder } from './folder';
import { connectHarness } from './harness-connections';
import type { Installation, InstallationSettings } from './installation';
import { breakablePart, program } from './program';
import { Undo } from './undo';

/** What docker-compose.yml starts, as processes: two APIs and two workers, each of which can be broken alone. */
export async function startClustered(build: string, settings: InstallationSettings): Promise<Installation> {
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
  const gateway = await startGatewayProcess(folder);
  undo.add(() => gateway.stop());
  let proxy: Awaited<ReturnType<typeof startDatabaseProxy>> | null = null;
  const cluster = await startCluster({
    ...{ folder, root, say: () => {}, webUi: false },
    settings: { RATE_LIMIT_PER_SECOND: '0', RATE_LIMIT_EVENTS_PER_SECOND: '0', ...settings.environment },
    ...(settings.databaseProxy
      ? {
          databaseVia: async (url: string) => {
            proxy = await startDatabaseProxy(url);
            undo.add(proxy.close);
            return proxy.url;
          },
        }
      : {}),
  });
  undo.add(() => cluster.stop());
  const { databaseUrl, temporalAddress, namespace, taskQueue, adminKey, secretsKey } = cluster;
  const harness = connectHarness({ databaseUrl, temporalAddress, namespace });
  undo.add(harness.close);

  const temporal = breakablePart(cluster.temporal);
  const apis = cluster.apis.map((part, index) => program(part, cluster.apiUrls[index] ?? ''));
  const workers = cluster.workers.map((part, index) => program(part, cluster.workerUrls[index] ?? ''));
  const postgres = databaseServer(cluster.postgres);
  const databaseProxy = proxy as Installation['databaseProxy'];
  return {
    form: 'cluster',
    ...{ apis, apiUrls: cluster.apiUrls, workers, temporal, temporalAddress, namespace, taskQueue, postgres },
    adminDatabaseUrl: cluster.postgres.adminUrl,
    ...{ databaseUrl, databaseProxy, adminKey, secretsKey, gateway, sql: harness.sql, client: harness.client },
    ...{ workerEnvironment: cluster.workerEnvironment, folder },
    async recover() {
      const programs = [...apis, ...workers];
      for (const each of [postgres, temporal, ...programs]) each.thaw();
      databaseProxy?.forget();
      await gateway.forget();
      await postgres.start();
      await temporal.start();
      // Each at once: one that just ends by itself is started by the second round.
      for (let round = 0; round < 2; round++) await Promise.all(programs.map((each) => each.start()));
    },
    stop: () => undo.all(),
  };
}
