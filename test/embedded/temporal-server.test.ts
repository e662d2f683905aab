import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { freePort } from '../../src/embedded/ports';
import { isAlive } from '../../src/embedded/processes';
import { findTemporalBinary, type TemporalBinary } from '../../src/embedded/temporal-binary';
import { startTemporalServer } from '../../src/embedded/temporal-server';
import { eventually } from '../support/eventually';
import { runScript } from '../support/processes';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let binary: TemporalBinary;

beforeAll(async () => {
  // The global setup has found, or made, one.
  binary = await findTemporalBinary({
    cliPath: process.env.TEMPORAL_CLI_PATH || null,
    env: process.env,
    say: () => {},
  });
});

async function start(dataDir: string, ports?: { port: number; uiPort: number | null }) {
  const said: string[] = [];
  const server = await startTemporalServer({
    ...{ binary, dataDir, namespace: 'default', synchronous: 'NORMAL', say: (line) => said.push(line) },
    ...(ports ?? { port: await freePort(), uiPort: null }),
  });
  return { server, said };
}

describe('the embedded Temporal server', () => {
  const dataDir = join(folder, 'data');

  it('starts with its Web UI, keeps closed workflows for 30 days, and leaves no process', async () => {
    const uiPort = await freePort();
    const { server } = await start(dataDir, { port: await freePort(), uiPort });
    expect((await fetch(`http://127.0.0.1:${uiPort}/`)).status).toBe(200);
    const connection = await Connection.connect({ address: server.address });
    const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    expect(config?.workflowExecutionRetentionTtl?.seconds?.toNumber()).toBe(30 * 86_400);
    await connection.close();
    expect(readFileSync(join(dataDir, 'temporal', 'temporal.db.version'), 'utf8').trim()).toBe(binary.version);
    await server.stop();
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
  });

  it('starts again when somebody took a port of its inner parts first', async () => {
    const path = join(folder, 'unlucky-temporal');
    const tried = join(folder, 'tried');
    writeFileSync(
      path,
      `#!/bin/sh
if [ ! -e ${tried} ]; then touch ${tried}; echo 'listen tcp 127.0.0.1:1: bind: address already in use' >&2; exit 2; fi
exec ${binary.path} "$@"
`,
    );
    chmodSync(path, 0o755);
    const server = await startTemporalServer({
      ...{ binary: { ...binary, path }, dataDir: join(folder, 'unlucky'), namespace: 'default', say: () => {} },
      ...{ synchronous: 'NORMAL', port: await freePort(), uiPort: null },
    });
    expect(isAlive(server.pid)).toBe(true);
    await server.stop();
  });

  it('is found and stopped when its parent was killed', async () => {
    const parent = runScript(`
      const { startTemporalServer } = require('./src/embedded/temporal-server.ts');
      const { freePort } = require('./src/embedded/ports.ts');
      freePort().then((port) => startTemporalServer({
        binary: ${JSON.stringify(binary)}, dataDir: ${JSON.stringify(dataDir)}, port, uiPort: null,
        namespace: 'default', synchronous: 'NORMAL', say: console.log,
      })).then((server) => console.log('pid=' + server.pid + '.'));
      setInterval(() => {}, 1000);`);
    await parent.says('pid=');
    const pid = Number(/pid=(\d+)\./.exec(parent.output())?.[1]);
    parent.child.kill('SIGKILL');
    await parent.ended;
    expect(isAlive(pid)).toBe(true);

    const { server, said } = await start(dataDir);
    expect(said).toEqual([expect.stringContaining(`process ${pid}`)]);
    expect(isAlive(pid)).toBe(false);
    await server.stop();
  });

  it.each(['port', 'uiPort'] as const)('names the variable when its %s is taken', async (which) => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await eventually('the port to be taken', () => other.listening);
    const ports = { port: await freePort(), uiPort: null, [which]: port };
    await expect(start(dataDir, ports)).rejects.toThrow(
      which === 'port' ? /is taken.* TEMPORAL_PORT=/ : /is taken.* TEMPORAL_UI_PORT=/,
    );
    other.close();
  });

  it('says so when its data was made by another version and does not fit', async () => {
    const old = join(folder, 'old');
    mkdirSync(join(old, 'temporal'), { recursive: true });
    writeFileSync(join(old, 'temporal', 'temporal.db'), 'of another time');
    writeFileSync(join(old, 'temporal', 'temporal.db.version'), '1.1.0 (Server 1.25.0, UI 2.30.3)\n');
    await expect(start(old)).rejects.toThrow(/last used by Temporal CLI 1\.1\.0.*this is .*TEMPORAL_CLI_PATH=/);
  });
});
