import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/embedded/ports';
import { eventually } from '../../test/support/eventually';
import type { PeerServer } from './peer';

/** Starts a Redis that keeps nothing. @throws ENOENT where there is none */
export async function startRedis(): Promise<PeerServer> {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'bench-redis-'));
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir], {
    stdio: ['ignore', 'pipe', 'ignore'],
    // Ctrl-C is for the bench, which stops it.
    detached: true,
  });
  const ended = once(server, 'exit');
  const failed = once(server, 'error').then(([error]) => {
    throw error;
  });
  let said = '';
  server.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await Promise.race([failed, eventually('Redis to be ready', () => said.includes('Ready to accept connections'))]);
  for (const settled of [failed, ended]) settled.catch(() => {});
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      server.kill();
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
