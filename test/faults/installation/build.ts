import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/compose-file';

/** Builds this checkout where it is out of date. @returns its folder */
export function buildHere(): string {
  // What it says goes to standard error: standard output may be read by a program.
  execFileSync(process.execPath, [join(repositoryRoot, 'scripts', 'build.mjs')], { stdio: ['ignore', 2, 2] });
  return repositoryRoot;
}

/**
 * Copies a build: an installation runs the same one from its beginning to its end, also while somebody builds another.
 *
 * @returns the folder that programs are started in
 */
export function copyBuild(root: string, folder: string): string {
  const copy = join(folder, 'build');
  mkdirSync(copy, { recursive: true });
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  linkPackages(copy);
  return copy;
}

/** Lends this checkout's packages to a build that is elsewhere. */
export const linkPackages = (root: string): void =>
  symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'));
