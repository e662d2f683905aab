import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { connectClient } from '../../../../src/temporal/connection';
import { startCluster } from '../../../cluster/cluster';
import { metricsAt, type World } from './world';

/** The production form, with an API and a worker. */
export async function productionWorld(folder: string, settings: Record<string, string>): Promise<World> {
  const cluster = await startCluster({ folder, settings, say: () => {}, webUi: false, apis: 1, workers: 1 });
  const sql = postgres(cluster.databaseUrl, { max: 1 });
  const { client, close } = await connectClient({
    ...{ address: cluster.temporalAddress, namespace: cluster.namespace, taskQueue: cluster.taskQueue },
  });
  const end = async () => {
    await sql.end();
    await close().catch(() => {});
    await cluster.stop();
  };
  const programs = [...cluster.apis, ...cluster.workers];
  const output = () => programs.map((program) => program.log()).join('\n');
  const urls = [...cluster.apiUrls, ...cluster.workerUrls];
  const { ADMIN_API_KEY: adminKey, ...others } = cluster.secrets;
  return {
    ...{ sql, client, output, end },
    baseUrl: cluster.apiUrls[0] ?? '',
    signIn: { apiKey: adminKey },
    // Nobody is given a code here: this one is refused.
    secrets: { ...others, adminKey, signInCode: randomBytes(32).toString('base64url') },
    metrics: async () => (await Promise.all(urls.map(metricsAt))).join('\n'),
    async leave() {
      const stored = [];
      for (const database of ['temporal', 'temporal_visibility']) {
        stored.push(await contentsOf(cluster.postgres.adminUrl, database));
      }
      await end();
      return {
        output: output(),
        'log files': ['postgresql', 'temporal']
          .map((name) => readFileSync(join(folder, 'logs', `${name}.log`), 'latin1'))
          .join('\n'),
        "Temporal's data": stored.join('\n'),
      };
    },
  };
}

/** Every row of every table, with bytes as they are. */
async function contentsOf(adminUrl: string, database: string): Promise<string> {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  const sql = postgres(url.toString(), { max: 1 });
  try {
    const tables = await sql`select tablename from pg_tables where schemaname = 'public'`;
    const rows: unknown[] = [];
    for (const { tablename } of tables) rows.push(...(await sql`select * from ${sql(tablename)}`));
    return rows.flatMap((row) => Object.values(row as object).map(inText)).join('\n');
  } finally {
    await sql.end();
  }
}

function inText(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('latin1') : (JSON.stringify(value) ?? '');
}
