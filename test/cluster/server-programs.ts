import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { goInstall } from '../../src/embedded/go-install';
import type { Say } from '../../src/embedded/progress';
import { cacheFolder } from '../../src/embedded/temporal-binary';
import { readComposeFile } from '../support/compose-file';

const run = promisify(execFile);

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

/** Whether the production server, or its Web UI, is in the cache, so that nobody waits for it to be built. */
export function isBuilt(program: 'temporal-server' | 'temporal-ui'): boolean {
  const version = imageVersion(program === 'temporal-ui' ? 'temporal-ui' : 'temporal');
  return existsSync(join(cacheFolder(process.env), `${program}-${version}`));
}

/**
 * The Web UI in the version of docker-compose.yml, as {@link serverPrograms}, with the configuration of its image, which
 * reads the environment.
 *
 * @returns the program, and the folder that it is to be given as its root
 */
export async function webUiProgram(say: Say): Promise<{ program: string; root: string }> {
  const version = imageVersion('temporal-ui');
  const module = 'github.com/temporalio/ui-server/v2';
  const root = await built(
    `temporal-ui-${version}`,
    [`${module}/cmd/server@v${version}`],
    `the Temporal Web UI ${version}`,
    say,
  );
  const configuration = join(root, 'config', 'docker.yaml');
  if (!existsSync(configuration)) {
    // Where it was built from, Go has the source at hand.
    const { stdout } = await run('go', ['mod', 'download', '-json', `${module}@v${version}`], { cwd: root });
    const { Dir } = JSON.parse(stdout) as { Dir: string };
    mkdirSync(join(root, 'config'), { recursive: true });
    // In a container it listens everywhere, and only the loopback leads to it. This file is read before the other.
    writeFileSync(join(root, 'config', 'base.yaml'), 'host: 127.0.0.1\n');
    writeFileSync(configuration, readFileSync(join(Dir, 'config', 'docker.yaml')));
  }
  return { program: join(root, 'server'), root };
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
