import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../../../src/embedded/temporal-binary';
import { repositoryRoot } from '../../../support/compose-file';
import { copyBuild, linkPackages } from '../../installation/build';

const run = promisify(execFile);

/** The last commit of the release before this one, whose histories are those of `0.1.0` in the repository. */
const commit = 'b8a388e';
const prefix = 'previous-release-';

/**
 * The release before this one, built from the repository's history with this checkout's packages. It is built once, and
 * kept where downloaded programs are, for as long as the packages are the same.
 *
 * @returns the folder that its programs are started in; null where the history does not reach so far
 */
export async function buildPreviousRelease(folder: string): Promise<string | null> {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: repositoryRoot, stdio: 'ignore' });
  } catch {
    return null;
  }
  const packages = createHash('sha256')
    .update(readFileSync(join(repositoryRoot, 'package-lock.json')))
    .digest('hex');
  const kept = join(cacheFolder(process.env), `${prefix}${commit}-${packages.slice(0, 12)}`);
  if (!existsSync(kept)) await buildInto(kept, mkdtempSync(join(folder, prefix)));
  return copyBuild(kept, join(folder, 'previous-release'));
}

/** @param kept is there when it is whole */
async function buildInto(kept: string, folder: string): Promise<void> {
  const archive = join(folder, 'source.tar');
  await run('git', ['archive', '--format=tar', `--output=${archive}`, commit], { cwd: repositoryRoot });
  await run('tar', ['-xf', archive, '-C', folder]);
  linkPackages(folder);
  await run(process.execPath, [join(folder, 'scripts', 'build.mjs')], { cwd: folder, timeout: 300_000 });

  const cache = dirname(kept);
  mkdirSync(cache, { recursive: true });
  // Of other packages: nobody asks for it any more.
  for (const name of readdirSync(cache)) {
    if (name.startsWith(prefix)) rmSync(join(cache, name), { recursive: true, force: true });
  }
  const draft = mkdtempSync(join(cache, `draft-${prefix}`));
  for (const part of ['dist', 'package.json']) cpSync(join(folder, part), join(draft, part), { recursive: true });
  try {
    renameSync(draft, kept);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another harness was first.
    if (!existsSync(kept)) throw error;
  }
}
