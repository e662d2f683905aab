import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** Builds `dist/` where it is out of date, for tests that run the programs themselves. @returns the repository's root */
export function builtRepository(): string {
  execFileSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
  return root;
}
