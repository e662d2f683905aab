import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Installs the packages of the peers beside this file, where they are not: they are no part of the project.
 *
 * @throws Error when the registry cannot be reached
 */
export function installPackages(): void {
  if (existsSync(join(__dirname, 'node_modules', '.package-lock.json'))) return;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  execFileSync('npm', args, { cwd: __dirname, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** A package of the peers, whose types are not known here: each peer says what it needs of it. */
export const requirePackage = createRequire(join(__dirname, 'package.json'));

export function versionOf(name: string): string {
  return (requirePackage(join(__dirname, 'node_modules', name, 'package.json')) as { version: string }).version;
}
