import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from './cluster';

/** `npm run cluster`: the production form, to look at and to try things on, until Ctrl-C. Its data goes with it. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'followups-cluster-'));
  chmodSync(folder, 0o711);
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  try {
    const cluster = await startCluster({
      folder,
      say: (line) => console.log(line),
      ports: { api: 3000, temporal: 7233, temporalUi: 8233 },
    });
    const rows = [
      ['Console, API', cluster.apiUrls.join('  and  ')],
      ['Temporal', `${cluster.temporalAddress}   (namespace ${cluster.namespace}, task queue ${cluster.taskQueue})`],
      ['Temporal UI', cluster.temporalUiUrl],
      ['Admin key', cluster.adminKey],
      ['Logs', join(folder, 'logs')],
    ];
    console.log(
      ['', 'The cluster is ready', ...rows.map(([name, value]) => `  ${name?.padEnd(14)}${value}`), ''].join('\n'),
    );
    await stopped;
    console.log('Stopping …');
    await cluster.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
