import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildWithGo } from '../../src/embedded/go-install';
import {
  cacheFolder,
  findTemporalBinary,
  isNewEnough,
  type TemporalBinarySearch,
} from '../../src/embedded/temporal-binary';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();

/** A place with nothing in it: an empty home, and a PATH with the shell's basic tools only. */
function emptyMachine() {
  const home = mkdtempSync(join(folder, 'home-'));
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const env: NodeJS.ProcessEnv = { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), PATH: bin };
  const said: string[] = [];
  const search: TemporalBinarySearch = {
    cliPath: null,
    env,
    say: (line) => said.push(line),
    download: () => Promise.reject(new Error('the network is closed')),
    build: () => Promise.reject(new Error('the module proxy is closed')),
  };
  return { home, bin, cache: join(home, 'cache', 'followups'), env, said, search };
}

function program(path: string, says: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho "${says}"\n`);
  chmodSync(path, 0o755);
  return path;
}

const temporal = (path: string, version = '1.5.1') =>
  program(path, `temporal version ${version} (Server 1.29.1, UI 2.42.1)`);
const go = (bin: string) => program(join(bin, 'go'), 'go version go1.26.8 linux/amd64');

describe('the temporal program', () => {
  it('is the one of TEMPORAL_CLI_PATH before all others', async () => {
    const { home, bin, cache, search } = emptyMachine();
    temporal(join(bin, 'temporal'));
    temporal(join(cache, 'temporal'));
    const own = temporal(join(home, 'mine'), '1.2.0');
    expect(await findTemporalBinary({ ...search, cliPath: own })).toEqual({
      path: own,
      version: '1.2.0 (Server 1.29.1, UI 2.42.1)',
      from: 'TEMPORAL_CLI_PATH',
    });
  });

  it.each([
    ['is missing', (path: string) => path, 'is not there, or not executable'],
    ['is too old', (path: string) => temporal(path, '1.0.0'), 'is version 1.0.0'],
    ['is something else', (path: string) => program(path, 'hello'), 'is it the Temporal CLI?'],
  ])('is an error when the one of TEMPORAL_CLI_PATH %s', async (_, make, problem) => {
    const { home, bin, search } = emptyMachine();
    temporal(join(bin, 'temporal'));
    const refused = findTemporalBinary({ ...search, cliPath: make(join(home, 'mine')) });
    await expect(refused).rejects.toThrow(problem);
    await expect(refused).rejects.toThrow(/^TEMPORAL_CLI_PATH: .* for example TEMPORAL_CLI_PATH=/);
  });

  it('is the first good one on the PATH', async () => {
    const { home, bin, cache, search, env } = emptyMachine();
    temporal(join(bin, 'temporal'), '0.13.1');
    const good = temporal(join(home, 'other bin', 'temporal'), '1.1.0');
    temporal(join(cache, 'temporal'));
    const found = await findTemporalBinary({ ...search, env: { ...env, PATH: `${bin}:${home}/other bin` } });
    expect(found).toMatchObject({ path: good, from: 'PATH' });
  });

  it('is the one in the cache when that on the PATH is too old', async () => {
    const { bin, cache, search } = emptyMachine();
    temporal(join(bin, 'temporal'), '1.0.0');
    const cached = temporal(join(cache, 'temporal'));
    expect(await findTemporalBinary(search)).toMatchObject({ path: cached, from: 'cache' });
  });

  it('is downloaded into the cache, and found there the next time', async () => {
    const { cache, search } = emptyMachine();
    const download = jest.fn(async (target: string) => temporal(join(target, 'temporal-sdk-typescript-1.24.0')));
    expect(await findTemporalBinary({ ...search, download })).toMatchObject({
      path: join(cache, 'temporal'),
      from: 'download',
    });
    expect(await findTemporalBinary({ ...search, download })).toMatchObject({ from: 'cache' });
    expect(download).toHaveBeenCalledTimes(1);
    expect(readdirSync(cache)).toEqual(['temporal']);
  });

  it('is built where the download is closed and Go is installed, with a line that says so', async () => {
    const { bin, cache, search, said } = emptyMachine();
    go(bin);
    const build = (target: string) => Promise.resolve(temporal(join(target, 'temporal'), '0.0.0-DEV'));
    expect(await findTemporalBinary({ ...search, build })).toMatchObject({
      path: join(cache, 'temporal'),
      from: 'go install',
    });
    expect(said).toEqual([expect.stringMatching(/with Go.*takes some minutes/)]);
    expect(readdirSync(cache)).toEqual(['temporal']);
  });

  it('is whole when two build it at once', async () => {
    const { bin, cache, search } = emptyMachine();
    go(bin);
    const targets: string[] = [];
    let release = () => {};
    const bothStarted = new Promise<void>((resolve) => {
      release = resolve;
    });
    const build = async (target: string) => {
      targets.push(target);
      if (targets.length === 2) release();
      await bothStarted;
      return temporal(join(target, 'temporal'));
    };
    const found = await Promise.all([1, 2].map(() => findTemporalBinary({ ...search, build })));
    expect(found.map(({ from }) => from)).toEqual(['go install', 'go install']);
    expect(new Set(targets).size).toBe(2);
    expect(readdirSync(cache)).toEqual(['temporal']);
  });

  it('is asked of the real `go install` with the right words', async () => {
    const { home, bin } = emptyMachine();
    const target = join(home, 'target');
    mkdirSync(target);
    program(join(bin, 'go'), '$0 $* CGO_ENABLED=$CGO_ENABLED" > "$GOBIN/temporal');
    const built = await buildWithGo(target, { PATH: `${bin}:/usr/bin:/bin` }, () => {});
    expect(readFileSync(built, 'utf8')).toContain(
      'install github.com/temporalio/cli/cmd/temporal@v1.5.1 CGO_ENABLED=0',
    );
  });

  it('leaves nothing in the cache when what was made does not work', async () => {
    const { cache, search } = emptyMachine();
    const download = (target: string) => Promise.resolve(program(join(target, 'temporal'), 'broken'));
    await expect(findTemporalBinary({ ...search, download })).rejects.toThrow('does not say its version');
    expect(readdirSync(cache)).toEqual([]);
  });

  it('cannot be had: the error names every way and what stood in it', async () => {
    const { bin, search } = emptyMachine();
    const message = await findTemporalBinary(search).then(
      () => '',
      (error: Error) => error.message,
    );
    for (const way of [
      /TEMPORAL_ADDRESS .*example TEMPORAL_ADDRESS=127\.0\.0\.1:7233.*: not set/,
      /TEMPORAL_CLI_PATH .*: not set/,
      /temporal on the PATH, 1\.1 or newer .*: there is none/,
      /cache\/followups\/temporal: there is none/,
      /download by the Temporal SDK: the network is closed/,
      /go install .*: Go is not installed/,
    ]) {
      expect(message).toMatch(way);
    }
    go(bin);
    await expect(findTemporalBinary(search)).rejects.toThrow(/go install .*: the module proxy is closed/);
  });

  it('stops building when it is told to', async () => {
    const { bin, home } = emptyMachine();
    program(join(bin, 'go'), '"; exec sleep 60; echo "');
    const stopped = new AbortController();
    const building = buildWithGo(home, { PATH: `${bin}:/usr/bin:/bin` }, () => {}, stopped.signal);
    setTimeout(() => stopped.abort(), 50);
    await expect(building).rejects.toThrow('stopped');
  });

  it.each([
    ['1.1.0 (Server 1.25.0, UI 2.30.3)', true],
    ['1.5.1', true],
    ['2.0.0', true],
    ['1.0.0 (Server 1.24.2, UI 2.28.0)', false],
    ['0.13.2', false],
    ['0.0.0-DEV (Server 1.29.1, UI 2.42.1)', true],
    ['0.0.0-DEV (Server 1.24.2, UI 2.28.0)', false],
    ['0.0.0-DEV', false],
    ['', false],
  ])('of version %s is new enough: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });

  it('is kept where programs of a user are kept', () => {
    expect(cacheFolder({ HOME: '/home/me', XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/followups');
    expect(cacheFolder({ HOME: '/home/me' })).toMatch(/^\/home\/me\/(\.cache|Library\/Caches)\/followups$/);
  });
});
