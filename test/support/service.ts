import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase, type Database } from '../../src/db/client';
import { freePort } from '../../src/embedded/ports';
import { startPostgres } from '../../src/embedded/postgres';
import { builtRepository } from './build';
import { type RunningScript, runProcess } from './processes';

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire has no type; whoever asks knows what comes.
type Json = any;

/** `npm start` with data of its own: to be looked at and measured, outside of the tests. */
export type Service = {
  baseUrl: string;
  temporalAddress: string;
  temporalUiUrl: string;
  adminKey: string;
  /** The service's own, so that what would take weeks can be put there. */
  database: Database;
  /** Calls the API with the admin key. @throws Error unless the answer is one with 2xx */
  call(method: string, path: string, body?: unknown): Promise<Json>;
  /** Stops everything and removes the data. */
  stop(): Promise<void>;
};

/** Builds what is out of date, and starts the program with servers of its own on free ports. */
export async function startService(): Promise<Service> {
  const root = builtRepository();
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'followups-service-'));
  chmodSync(folder, 0o711);
  const undo: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })];
  let stopping: Promise<void> | undefined;
  const stopAll = async () => {
    for (const step of undo.reverse()) await step();
  };
  const stop = () => {
    stopping ??= stopAll();
    return stopping;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  }
  try {
    const postgres = await startPostgres({ dataDir: folder, port: null, durable: false, say: () => {} });
    undo.push(() => postgres.stop());
    const adminKey = `fup_${randomBytes(32).toString('base64url')}`;
    const [port, temporalPort, temporalUiPort] = [await freePort(), await freePort(), await freePort()];
    const program = runProcess(process.execPath, [join(root, 'dist', 'main.js')], {
      ...process.env,
      PORT: String(port),
      TEMPORAL_PORT: String(temporalPort),
      TEMPORAL_UI_PORT: String(temporalUiPort),
      DATA_DIR: join(folder, 'data'),
      DATABASE_URL: postgres.url,
      SECRETS_KEY: randomBytes(32).toString('base64'),
      ADMIN_API_KEY: adminKey,
      EGRESS_ALLOW: '127.0.0.0/8',
      RATE_LIMIT_PER_SECOND: '0',
      LOG_LEVEL: 'warn',
    });
    undo.push(() => endProgram(program));
    await Promise.race([program.says('Followups is ready', 120_000), program.ended.then(() => failed(program))]);
    const database = connectDatabase(postgres.url, { max: 5 });
    undo.push(() => database.end());
    const baseUrl = `http://127.0.0.1:${port}`;
    return {
      temporalAddress: `127.0.0.1:${temporalPort}`,
      ...{ baseUrl, temporalUiUrl: `http://127.0.0.1:${temporalUiPort}`, adminKey, database, stop },
      call: (method, path, body) => call(baseUrl, adminKey, method, path, body),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function failed(program: RunningScript): never {
  throw new Error(`The service did not start:\n${program.output()}`);
}

async function endProgram(program: RunningScript): Promise<void> {
  program.child.kill('SIGTERM');
  await program.ended;
}

async function call(baseUrl: string, adminKey: string, method: string, path: string, body?: unknown): Promise<Json> {
  const response = await fetch(baseUrl + path, {
    method,
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return text === '' ? null : JSON.parse(text);
}
