import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { goInstall } from '../../src/embedded/go-install';
import type { Say } from '../../src/embedded/progress';
import { cacheFolder } from '../../src/embedded/temporal-binary';
import { readComposeFile } from '../support/compose-file';

/** The Temporal server that docker-compose.yml runs. */
export type ServerPrograms = { server: string; schemaTool: string };

/** The version of a service's image. */
function imageVersion(service: string): string {
  const version = /:(\d+\.\d+\.\d+)$/.exec(readComposeFile().services[service]?.image ?? '')?.[1];
  if (version === undefined) throw new Error(`docker-compose.yml gives ${service} no version.`);
  return version;
}

/**
 * The production server and its schema tool in the version of docker-compose.yml, built from source with Go where the
 * cache has none. Takes some minutes then, once.
 *
 * @throws when Go is not there, or cannot build them
 */
export async function serverPrograms(say: Say): Promise<ServerPrograms> {
  const version = imageVersion('temporal');
  const folder = await built(
    `temporal-server-${version}`,
    ['cmd/server', 'cmd/tools/sql'].map((path) => `go.temporal.io/server/${path}@v${version}`),
    `the Temporal server ${version}`,
    say,
  );
  return { server: join(folder, 'server'), schemaTool: join(folder, 'sql') };
}

/** Whether the production server is in the cache, so that nobody waits for it to be built. */
export function isServerBuilt(): boolean {
  return existsSync(join(cacheFolder(process.env), `temporal-server-${imageVersion('temporal')}`));
}

/** The Web UI in the version of docker-compose.yml, as {@link serverPrograms}. */
export async function webUiProgram(say: Say): Promise<string> {
  const version = imageVersion('temporal-ui');
  const folder = await built(
    `temporal-ui-${version}`,
    [`github.com/temporalio/ui-server/v2/cmd/server@v${version}`],
    `the Temporal Web UI ${version}`,
    say,
  );
  return join(folder, 'server');
}

/** The folder of programs in the cache, which has its name only when it is whole. */
async function built(name: string, packages: string[], what: string, say: Say): Promise<string> {
  const cache = cacheFolder(process.env);
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(join(cache, 'making-'));
  try {
    say(`Building ${what} from its source with Go, once: this takes some minutes …`);
    await goInstall({ packages, folder: draft, what }, process.env, say);
    renameSync(draft, folder);
  } catch (error) {
    // Who built the same at the same time was first.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}
