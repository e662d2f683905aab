import { execFile } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { buildWithGo, goInstallVersion } from './go-install';
import { type Say, step } from './progress';
import { downloadWithSdk } from './sdk-download';

const run = promisify(execFile);

export interface TemporalBinary {
  path: string;
  /** As the program says it, e.g. `1.5.1 (Server 1.29.1, UI 2.42.1)`. */
  version: string;
  from: 'TEMPORAL_CLI_PATH' | 'PATH' | 'cache' | 'download' | 'go install';
}

export interface TemporalBinarySearch {
  /** TEMPORAL_CLI_PATH. When it is given, nothing else is tried. */
  cliPath: string | null;
  /** PATH, HOME and XDG_CACHE_HOME are read, and Go's own settings passed on. */
  env: NodeJS.ProcessEnv;
  say: Say;
  /** Ends a build that is under way. */
  signal?: AbortSignal;
  /** Puts the program into a folder and gives its path. */
  download?: (folder: string) => Promise<string>;
  build?: (folder: string, env: NodeJS.ProcessEnv, say: Say, signal?: AbortSignal) => Promise<string>;
}

/** Where programs that were downloaded or built are kept, for every project of this user. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const home = env.HOME || homedir();
  if (env.XDG_CACHE_HOME) return join(resolve(env.XDG_CACHE_HOME), 'followups');
  return process.platform === 'darwin'
    ? join(home, 'Library', 'Caches', 'followups')
    : join(home, '.cache', 'followups');
}

/**
 * Finds a `temporal` program of version 1.1 or newer, or gets one: TEMPORAL_CLI_PATH; the PATH; the cache folder; the
 * SDK's download; `go install`. What is downloaded or built goes into the cache folder, under its name only when it is
 * whole and works, so that two who do so at once do not disturb each other.
 *
 * @throws an error that names every way and why it did not lead to a program
 */
export async function findTemporalBinary(search: TemporalBinarySearch): Promise<TemporalBinary> {
  const { cliPath, env, say } = search;
  if (cliPath !== null) {
    const found = await tryProgram(cliPath);
    if ('problem' in found) {
      throw new Error(
        `TEMPORAL_CLI_PATH: ${cliPath} ${found.problem}. Give the path of a temporal program of version 1.1 or newer, ` +
          'for example TEMPORAL_CLI_PATH=/usr/local/bin/temporal.',
      );
    }
    return { path: resolve(cliPath), version: found.version, from: 'TEMPORAL_CLI_PATH' };
  }

  let onPath = 'there is none';
  for (const folder of (env.PATH ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const path = resolve(folder, 'temporal');
    if (!isExecutable(path)) continue;
    const found = await tryProgram(path);
    if ('version' in found) return { path, version: found.version, from: 'PATH' };
    onPath = `${path} ${found.problem}`;
  }

  const cache = cacheFolder(env);
  const cached = join(cache, 'temporal');
  let inCache = 'there is none';
  if (isExecutable(cached)) {
    const found = await tryProgram(cached);
    if ('version' in found) return { path: cached, version: found.version, from: 'cache' };
    inCache = `it ${found.problem}`;
  }

  mkdirSync(cache, { recursive: true });
  removeOldDrafts(cache);

  const download = search.download ?? downloadWithSdk;
  const downloaded = await intoCache(cache, (folder) =>
    step(say, 'Downloading the Temporal CLI', () => download(folder)),
  );
  if ('version' in downloaded) return { path: cached, version: downloaded.version, from: 'download' };

  const build = search.build ?? buildWithGo;
  let built: Attempt = { problem: 'stopped' };
  if (!search.signal?.aborted) {
    built = (await hasGo(env))
      ? await intoCache(cache, (folder) => {
          say('Building the Temporal CLI from its source with Go, once: this takes some minutes …');
          return build(folder, env, say, search.signal);
        })
      : { problem: 'Go is not installed' };
  }
  if ('version' in built) return { path: cached, version: built.version, from: 'go install' };

  throw new Error(
    [
      'There is no Temporal server to start. These ways were tried:',
      '  TEMPORAL_ADDRESS (a server of your own, for example TEMPORAL_ADDRESS=127.0.0.1:7233): not set',
      '  TEMPORAL_CLI_PATH (a temporal program, for example TEMPORAL_CLI_PATH=/usr/local/bin/temporal): not set',
      `  temporal on the PATH, 1.1 or newer (https://docs.temporal.io/cli): ${onPath}`,
      `  ${cached}: ${inCache}`,
      `  download by the Temporal SDK: ${downloaded.problem}`,
      `  go install github.com/temporalio/cli/cmd/temporal@${goInstallVersion}: ${built.problem}`,
      'Make one of them work, and start again.',
    ].join('\n'),
  );
}

type Attempt = { version: string } | { problem: string };

/** Lets `make` put a program into a folder of its own, tries it, and gives it its name in the cache. */
async function intoCache(cache: string, make: (folder: string) => Promise<string>): Promise<Attempt> {
  const folder = mkdtempSync(join(cache, draftPrefix));
  try {
    const path = await make(folder);
    const found = await tryProgram(path);
    if ('version' in found) renameSync(path, join(cache, 'temporal'));
    return found;
  } catch (error) {
    return { problem: oneLine(error) };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const draftPrefix = 'making-';

/** Folders of those who were killed at work; a day is longer than anybody works on one. */
function removeOldDrafts(cache: string): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    try {
      if (name.startsWith(draftPrefix) && Date.now() - statSync(path).mtimeMs > 24 * 3_600_000) {
        rmSync(path, { recursive: true, force: true });
      }
    } catch {
      // somebody else removed it
    }
  }
}

async function tryProgram(path: string): Promise<Attempt> {
  let output: string;
  try {
    if (!isExecutable(path)) return { problem: 'is not there, or not executable' };
    output = (await run(resolve(path), ['--version'], { timeout: 30_000 })).stdout;
  } catch (error) {
    return { problem: `does not answer to --version (${oneLine(error)})` };
  }
  const version =
    output
      .trim()
      .split('\n')[0]
      ?.replace(/^temporal version /, '') ?? '';
  if (!/^temporal version \d/.test(output.trim()))
    return { problem: 'does not say its version: is it the Temporal CLI?' };
  if (!isNewEnough(version)) return { problem: `is version ${version}; 1.1 or newer is needed` };
  return { version };
}

/**
 * Whether a version is 1.1 or newer. A CLI built by `go install` calls itself `0.0.0-DEV`; then its server's version
 * decides: CLI 1.1.0 came with server 1.25.0.
 */
export function isNewEnough(version: string): boolean {
  const cli = /^(\d+)\.(\d+)\.\d+/.exec(version);
  if (cli === null) return false;
  const [, major, minor] = cli.map(Number);
  if (major === 0 && version.startsWith('0.0.0')) {
    const server = /Server (\d+)\.(\d+)/.exec(version);
    return server !== null && atLeast(Number(server[1]), Number(server[2]), 1, 25);
  }
  return atLeast(major ?? 0, minor ?? 0, 1, 1);
}

function atLeast(major: number, minor: number, leastMajor: number, leastMinor: number): boolean {
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

async function hasGo(env: NodeJS.ProcessEnv): Promise<boolean> {
  try {
    await run('go', ['version'], { env, timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s+/g, ' ').slice(0, 160);
}
