import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Say } from '../../src/embedded/progress';
import { cacheFolder } from '../../src/embedded/temporal-binary';

/** Pinned, since what it looks for changes from version to version. */
const version = '4.32.5';

const inVenv = (folder: string, program: string) => join(folder, 'bin', program);

/**
 * Finds the schemathesis program in the cache folder, or installs it there from PyPI, in a virtual environment of its
 * own.
 *
 * @returns null on a machine without Python 3
 * @throws Error with what pip says
 */
export function findSchemathesis(say: Say = console.log): string | null {
  if (spawnSync('python3', ['--version']).status !== 0) return null;
  const folder = join(cacheFolder(process.env), `schemathesis-${version}`);
  const ready = join(folder, 'installed');
  if (!existsSync(ready)) {
    say(`Installing schemathesis ${version} into ${folder}, once …`);
    // A virtual environment cannot be moved, so it is marked when it is whole.
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
    must('python3', ['-m', 'venv', folder]);
    must(inVenv(folder, 'pip'), ['install', '--quiet', '--disable-pip-version-check', `schemathesis==${version}`]);
    renameSync(mkdtempSync(`${ready}-`), ready);
  }
  return inVenv(folder, 'schemathesis');
}

function must(program: string, args: string[]): void {
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 300_000 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
}

/** Lines of output that hold whole request bodies would bury the rest. */
const longestLine = 400;

export type Outcome = { exitCode: number; output: string };

/** Runs it in a folder, and shows what it says. It is killed when it takes longer than `withinMs`. */
export function runSchemathesis(
  program: string,
  args: string[],
  cwd: string,
  withinMs: number,
  say: Say = console.log,
): Promise<Outcome> {
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(program, args, { cwd, stdio: [...stdio], timeout: withinMs, killSignal: 'SIGKILL' });
  let output = '';
  let shown = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    const end = output.lastIndexOf('\n') + 1;
    for (const line of output.slice(shown, end).split('\n').slice(0, -1)) {
      say(line.length > longestLine ? `${line.slice(0, longestLine)}…` : line);
    }
    shown = Math.max(shown, end);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output }));
  });
}
