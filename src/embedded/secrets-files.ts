import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDataDir } from './data-dir';

/**
 * The secret in a file; when there is no such file yet, a new one is made.
 *
 * The file has mode 0600 from its first byte on, and appears whole or not at all: a process that is killed while
 * writing leaves no half secret behind, and of two that write at once one wins and both read the same.
 *
 * @param make gives a new secret, one line of text
 */
export function readOrMakeSecret(path: string, make: () => string): string {
  const existing = readSecret(path);
  if (existing !== null) return existing;
  makeDataDir(dirname(path));
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${make()}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const made = readSecret(path);
  if (made === null) throw new Error(`The file ${path} is empty. Remove it, and start again to have a new one made.`);
  return made;
}

function readSecret(path: string): string | null {
  try {
    const secret = readFileSync(path, 'utf8').trim();
    if (secret === '') throw new Error(`The file ${path} is empty. Put the secret back, or remove the file.`);
    chmodSync(path, 0o600);
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Where the admin key lies. */
export const adminKeyPath = (dataDir: string): string => join(dataDir, 'admin-key');

/** The generated admin key: `fup_` and 32 random bytes. */
export function readOrMakeAdminKey(dataDir: string): string {
  return readOrMakeSecret(adminKeyPath(dataDir), () => `fup_${randomBytes(32).toString('base64url')}`);
}

/**
 * The generated key that encrypts signing secrets: 32 random bytes.
 *
 * @throws when the file does not hold base64 of 32 bytes (it is never replaced: what it encrypted would be lost)
 */
export function readOrMakeSecretsKey(dataDir: string): Buffer {
  const path = join(dataDir, 'secrets-key');
  const key = Buffer.from(
    readOrMakeSecret(path, () => randomBytes(32).toString('base64')),
    'base64',
  );
  if (key.length !== 32) throw new Error(`The file ${path} does not hold base64 of 32 bytes. Put the right key back.`);
  return key;
}
