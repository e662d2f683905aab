import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/compose-file';

/*
 * What is installed is what was looked at: versions are exact, the lock file has each with its checksum, and scripts that
 * packages want to run at their installation are known by name.
 */
type Versions = Record<string, string>;
type Manifest = {
  dependencies?: Versions;
  devDependencies?: Versions;
  optionalDependencies?: Versions;
  overrides?: Versions;
  allowScripts?: Record<string, boolean>;
};
type Locked = { version?: string; integrity?: string; resolved?: string; hasInstallScript?: boolean };
type LockFile = { lockfileVersion: number; packages: Record<string, Locked & Manifest> };

const read = (folder: string, name: string) => JSON.parse(readFileSync(join(repositoryRoot, folder, name), 'utf8'));
const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;
const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** Their scripts fetch or build what comes as packages of its own already, or only warn. */
const scriptsThatAreNotNeeded = [
  '@parcel/watcher',
  '@swc/core',
  'esbuild',
  'msgpackr-extract',
  'protobufjs',
  'unrs-resolver',
];

describe.each(['.', 'bench/peers'])('the packages of %s', (folder) => {
  const manifest: Manifest = read(folder, 'package.json');
  const lock: LockFile = read(folder, 'package-lock.json');
  const wanted = kinds.flatMap((kind) => Object.entries(manifest[kind] ?? {}));
  const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

  it('have exact versions', () => {
    expect(wanted.length).toBeGreaterThan(0);
    for (const [name, version] of wanted) expect([name, version]).toEqual([name, expect.stringMatching(exact)]);
    for (const version of Object.values(manifest.overrides ?? {})) {
      expect(version).toMatch(/^(\d+\.\d+\.\d+|npm:[\w-]+@\d+\.\d+\.\d+|\$.+)$/);
    }
  });

  it('are in the lock file with these versions', () => {
    expect(lock.lockfileVersion).toBe(3);
    for (const kind of kinds) expect(lock.packages['']?.[kind] ?? {}).toEqual(manifest[kind] ?? {});
    for (const [name, version] of wanted) {
      expect([name, lock.packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
    }
  });

  it('have a checksum each, and come from the registry', () => {
    for (const [path, { version, integrity, resolved }] of locked) {
      expect([path, integrity, version]).toEqual([path, expect.stringMatching(/^sha512-/), expect.any(String)]);
      if (resolved !== undefined) expect(resolved).toMatch(/^https:\/\/registry\.npmjs\.org\//);
    }
  });

  it('want to run scripts at their installation only where that is known', () => {
    const names = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path));
    const known = [...Object.keys(manifest.allowScripts ?? {}), ...scriptsThatAreNotNeeded];
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    for (const name of Object.keys(manifest.allowScripts ?? {})) expect(names).toContain(name);
  });
});

it('runs no script of a package while the image is built', () => {
  const installations = [
    ...readFileSync(join(repositoryRoot, 'Dockerfile'), 'utf8').matchAll(/npm (ci|i|install)\b.*/g),
  ];
  expect(installations).not.toHaveLength(0);
  for (const [command] of installations) expect(command).toMatch(/^npm ci .*--ignore-scripts/);
});

/** The package's name in `node_modules/a/node_modules/@b/c`. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
