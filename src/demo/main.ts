import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { type Config, ConfigError, loadConfig } from '../config';
import { adminKeyPath } from '../embedded/secrets-files';
import { DemoError } from './api-client';
import { runDemo } from './run-demo';

/** `npm run demo`: shows the service at work, beside a running `npm start`. It reads the same settings. */
async function main(): Promise<void> {
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => abort.abort());
  try {
    const config = loadConfig(process.env, 'all');
    await runDemo({
      baseUrl: urlOf(config),
      adminKey: () => findAdminKey(config),
      say: (line) => console.log(line),
      signal: abort.signal,
    });
  } catch (error) {
    process.exitCode = 1;
    if (abort.signal.aborted) console.error('\nStopped.');
    else if (error instanceof DemoError || error instanceof ConfigError) console.error(`\n${error.message}`);
    else throw error;
  }
}

function findAdminKey(config: Config): string {
  if (config.adminApiKey !== null) return config.adminApiKey;
  const path = adminKeyPath(config.dataDir);
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw new DemoError(
      `There is no admin key in ${path}. Give the demo the same DATA_DIR as the service, or its ADMIN_API_KEY.`,
    );
  }
}

/** Where the service is reached from here: an address to listen on everywhere is no address to go to. */
function urlOf({ host, port }: Config): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`;
}

void main();
