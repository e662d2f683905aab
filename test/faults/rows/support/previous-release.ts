import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../../support/compose-file';

const run = promisify(execFile);

/** The last commit of the release before this one, whose histories are those of `0.1.0` in the repository. */
const commit = 'b8a388e';

/**
 * The release before this one, built from the repository's history with this checkout's packages.
 *
 * @returns the folder that its programs are started in; null where the history does not reach so far
 */
export async function buildPreviousRelease(folder: string): Promise<string | null> {
  const root = join(folder, 'previous-release');
  if (existsSync(join(root, 'dist', 'worker.js'))) return root;
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: repositoryRoot, stdio: 'ignore' });
  } catch {
    return null;
  }
  mkdirSync(root, { recursive: true });
  const archive = join(folder, 'previous-release.tar');
  await run('git', ['archive', '--format=tar', `--output=${archive}`, commit], { cwd: repositoryRoot });
  await run('tar', ['-xf', archive, '-C', root]);
  rmSync(archive);
  symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'));
  await run(process.execPath, [join(root, 'scripts', 'build.mjs')], { cwd: root, timeout: 300_000 });
  return root;
}
