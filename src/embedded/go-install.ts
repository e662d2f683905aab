import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { signalGroup } from './processes';
import type { Say } from './progress';

/** The newest version that `go install` can build: the go.mod of later ones has a `replace`. */
export const goInstallVersion = 'v1.5.1';

/**
 * Builds the official Temporal CLI from its source with Go. Takes some minutes, and about 250 MB.
 *
 * @param folder where the program is put
 * @param env PATH finds `go`; everything else of Go's own settings (GOPROXY, GOMODCACHE …) is kept
 * @returns the path of the program
 */
export async function buildWithGo(
  folder: string,
  env: NodeJS.ProcessEnv,
  say: Say,
  signal?: AbortSignal,
): Promise<string> {
  const packages = [`github.com/temporalio/cli/cmd/temporal@${goInstallVersion}`];
  await goInstall({ packages, folder, what: 'the Temporal CLI' }, env, say, signal);
  return join(folder, 'temporal');
}

/**
 * Builds programs from their source with Go, into a folder that is there; says every half minute that it goes on.
 *
 * @param wanted `packages` with their versions, all of one module; `what` names them for people
 * @throws an error with the last lines that Go said
 */
export async function goInstall(
  { packages, folder, what }: { packages: string[]; folder: string; what: string },
  env: NodeJS.ProcessEnv,
  say: Say,
  signal?: AbortSignal,
): Promise<void> {
  const began = Date.now();
  const heartbeat = setInterval(() => {
    say(`Still building ${what} (${Math.round((Date.now() - began) / 1_000)} s) …`);
  }, 30_000);
  try {
    await new Promise<void>((resolve, reject) => {
      let errors = '';
      // A group of its own: the compilers that `go` starts are stopped with it.
      const child = spawn('go', ['install', ...packages], {
        env: { ...env, CGO_ENABLED: '0', GOBIN: folder },
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
      });
      const abort = () => {
        if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      };
      signal?.addEventListener('abort', abort, { once: true });
      child.stderr.on('data', (chunk: Buffer) => {
        errors = (errors + chunk.toString()).slice(-4_000);
      });
      child.once('error', (error: NodeJS.ErrnoException) => {
        signal?.removeEventListener('abort', abort);
        reject(error.code === 'ENOENT' ? new Error('Go is not installed') : error);
      });
      child.once('close', (code) => {
        signal?.removeEventListener('abort', abort);
        const lines = errors.split('\n').filter((line) => line !== '' && !line.startsWith('go: downloading'));
        if (code === 0) resolve();
        else reject(new Error(signal?.aborted ? 'stopped' : lines.slice(-3).join(' / ') || `exit code ${code}`));
      });
    });
  } finally {
    clearInterval(heartbeat);
  }
}
