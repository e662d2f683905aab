import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/*
 * PostgreSQL refuses to run as root, so root starts it as an unprivileged user. That user must be able to reach the
 * program and the data, and neither can be reached when the project lies below a folder such as /root (mode 0700).
 * Opening root's home to everybody is not for this program to do; so then both lie in a folder of the system's for
 * variable data, the program as a copy, the data with a symbolic link from DATA_DIR to it.
 */

/** The user that PostgreSQL runs as when root starts it. */
export interface Account {
  uid: number;
  gid: number;
}

/** Whether this process is root's. */
export const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * The account for PostgreSQL: null (this process's own) unless this is root. Existing data keeps its owner.
 *
 * @throws when root has no unprivileged user to give
 */
export function postgresAccount(dataFolder: string): Account | null {
  if (!isRoot()) return null;
  if (existsSync(dataFolder)) {
    const { uid, gid } = statSync(dataFolder);
    if (uid !== 0) return { uid, gid };
  }
  try {
    const ask = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }).trim());
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    throw new Error(
      'PostgreSQL does not run as root, and there is no user "nobody" to run it as. Start this as an ordinary user, ' +
        'or use a PostgreSQL of your own, for example DATABASE_URL=postgresql://user:password@127.0.0.1:5432/followups.',
    );
  }
}

/** Whether the account can get to a path, and read and execute it (a folder: list and enter), or what `tests` ask. */
export function canReach(account: Account, path: string, tests = '-r -x'): boolean {
  // Only the system itself knows, with access lists and mounts: so a process of that user tries.
  const script = tests
    .split(' ')
    .map((test) => `[ ${test} "$1" ]`)
    .join(' && ');
  const tried = spawnSync('/bin/sh', ['-c', script, 'sh', path], {
    uid: account.uid,
    gid: account.gid,
    cwd: '/',
    stdio: 'ignore',
  });
  if (tried.error !== undefined) {
    throw new Error(
      `Root could not start a process as user ${account.uid} (${(tried.error as NodeJS.ErrnoException).code}), and ` +
        'PostgreSQL does not run as root. Start this as an ordinary user, or set DATABASE_URL.',
    );
  }
  return tried.status === 0;
}

/** Where root keeps what must be reachable for others. */
export function systemFolder(): string {
  return process.platform === 'darwin' ? '/Library/Application Support/followups' : '/var/lib/followups';
}

/**
 * The folder with PostgreSQL's programs, at a place where the account can run them: as installed, or copied.
 *
 * @param native the `native` folder of the npm package
 * @param label names the version, e.g. `postgresql-18.4.0-linux-x64`
 */
export function reachablePrograms(native: string, label: string, account: Account | null): string {
  if (
    account === null ||
    (canReach(account, join(native, 'bin', 'postgres')) && canReach(account, join(native, 'lib')))
  )
    return native;
  const copy = join(systemFolder(), label);
  if (existsSync(copy)) return copy;
  makeOpenFolder(systemFolder());
  const draft = `${copy}.${process.pid}.${randomBytes(4).toString('hex')}`;
  // `verbatimSymlinks`: the libraries' links are relative, and must stay so to point into the copy.
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  openForReading(draft);
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error; // otherwise another process was faster, with the same content
  }
  return copy;
}

/**
 * The folder for PostgreSQL's data (it may not exist yet): `<dataDir>/postgres`, or the folder that a symbolic link of
 * this name leads to. The parent folder is made, and can be reached by the account.
 *
 * @throws when existing data cannot be reached, or belongs to another data folder
 */
export function placeForData(dataDir: string, account: Account | null): string {
  const path = join(dataDir, 'postgres');
  const present = lstatSync(path, { throwIfNoEntry: false });

  if (present?.isSymbolicLink()) {
    const target = readlinkSync(path);
    if (!existsSync(dirname(target))) {
      throw new Error(
        `${path} leads to ${target}, which is not there any more. Put the folder back; or, to begin with an empty ` +
          'database, remove the link.',
      );
    }
    claim(dirname(target), dataDir);
    return join(realpathSync(dirname(target)), basename(target));
  }

  const here = join(realpathSync(dataDir), 'postgres');
  if (account === null || canEnter(account, dataDir)) return here;
  if (present !== undefined) {
    throw new Error(
      `PostgreSQL runs as user ${account.uid} when root starts it, and that user cannot get to ${here}: a folder above ` +
        'it is closed to others. Start this as the user who owns the data, or move DATA_DIR to an open place, ' +
        'for example DATA_DIR=/var/lib/followups/data.',
    );
  }

  const digest = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 8);
  const folder = join(systemFolder(), `data-${digest}-${randomBytes(4).toString('hex')}`);
  makeOpenFolder(systemFolder());
  makeOpenFolder(folder);
  writeFileSync(join(folder, 'belongs-to'), `${realpathSync(dataDir)}\n`);
  symlinkSync(join(folder, 'postgres'), path);
  return join(folder, 'postgres');
}

/** Lets others pass through root's own data folder (the secrets in it have mode 0600), and sees whether that is enough. */
function canEnter(account: Account, dataDir: string): boolean {
  const folder = realpathSync(dataDir);
  const { uid, mode } = statSync(folder);
  if (uid === 0 && (mode & 0o001) === 0) chmodSync(folder, (mode & 0o777) | 0o011);
  return canReach(account, folder, '-x');
}

/** A copied DATA_DIR leads to the same database as the original: two services on one would end each other's. */
function claim(folder: string, dataDir: string): void {
  const note = join(folder, 'belongs-to');
  const own = realpathSync(dataDir);
  const owner = existsSync(note) ? readFileSync(note, 'utf8').trim() : own;
  if (owner === own) return;
  const link = lstatSync(join(owner, 'postgres'), { throwIfNoEntry: false });
  if (link?.isSymbolicLink() && dirname(readlinkSync(join(owner, 'postgres'))) === folder) {
    throw new Error(
      `The database in ${folder} belongs to ${owner}; ${own} seems to be a copy of it. Remove ${own}/postgres to ` +
        'begin with an empty database here.',
    );
  }
  writeFileSync(note, `${own}\n`); // the data folder was moved
}

function makeOpenFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755); // whatever the umask
}

/** What a restrictive umask took from others at installation: reading, and executing what the owner may execute. */
function openForReading(path: string): void {
  const { mode } = lstatSync(path);
  if (lstatSync(path).isSymbolicLink()) return;
  const executable = (mode & 0o100) !== 0;
  chmodSync(path, (mode & 0o700) | (executable ? 0o055 : 0o044));
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) openForReading(join(path, name));
}
