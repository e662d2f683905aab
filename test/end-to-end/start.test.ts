import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../src/embedded/ports';
import { findProcess, isAlive } from '../../src/embedded/processes';
import { builtRepository } from '../support/build';
import { eventually } from '../support/eventually';
import { startGateway } from '../support/gateway';
import { type RunningScript, runProcess } from '../support/processes';
import { temporaryFolder } from '../support/temporary-folder';

/*
 * `npm start`, as a process of its own: what it says, what holds it back, and what it leaves behind.
 */
const folder = temporaryFolder();
const running: RunningScript[] = [];
let root: string;
let settings: NodeJS.ProcessEnv;

function start(changes: NodeJS.ProcessEnv = {}): RunningScript {
  const { TEMPORAL_ADDRESS, DATABASE_URL, ...env } = process.env;
  const started = runProcess(
    process.execPath,
    [join(root, 'dist', 'main.js')],
    { ...env, ...settings, ...changes },
    root,
  );
  running.push(started);
  return started;
}

async function ready(started: RunningScript): Promise<void> {
  await started.says('  Admin key ', 60_000);
}

/** As the page does that the printed link leads to. */
const signIn = (code: string | undefined) =>
  fetch(`http://127.0.0.1:${settings.PORT}/v1/console-session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code }),
  });

/** The servers that a process has started. */
function serversIn(dataDir: string): { postgres: number; temporal: number } {
  const postgres = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const temporal = Number(readFileSync(join(dataDir, 'temporal', 'temporal.db.pid'), 'utf8'));
  return { postgres, temporal };
}

/** Makes an agent, a channel and a followup of three seconds, and reports an agent's message. */
async function waitForFollowup(gatewayUrl: string, dataDir: string): Promise<void> {
  const key = readFileSync(join(dataDir, 'admin-key'), 'utf8').trim();
  const post = async (path: string, body: object) => {
    const response = await fetch(`http://127.0.0.1:${settings.PORT}${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as { id: string };
  };
  const identity = { timeZone: 'Europe/Madrid', availability: { mode: 'always' } };
  const agent = await post('/v1/agents', { name: 'Ada', identity });
  const channel = await post('/v1/channels', {
    ...{ agentId: agent.id, name: 'Web', type: 'webhook' },
    endpoint: { url: gatewayUrl },
  });
  await post('/v1/followups', {
    ...{ title: 'Still there?', message: 'Are you still there?', delaySeconds: 3 },
    channelIds: [channel.id],
  });
  await post(`/v1/channels/${channel.id}/conversations/anyone/messages`, { id: 'm1', from: 'agent' });
}

beforeAll(async () => {
  root = builtRepository();
  settings = {
    DATA_DIR: join(folder, 'data'),
    PORT: String(await freePort()),
    TEMPORAL_PORT: String(await freePort()),
    TEMPORAL_UI_PORT: String(await freePort()),
    LOG_FORMAT: 'json',
    LOG_LEVEL: 'info',
  };
});

afterAll(async () => {
  for (const { child } of running) child.kill('SIGTERM');
  await Promise.all(running.map(({ ended }) => ended));
});

describe('npm start', () => {
  it('ends with the ready block, survives kill -9, and leaves no process behind', async () => {
    const dataDir = settings.DATA_DIR ?? '';
    const first = start();
    await ready(first);
    const code = /sign-in\?code=([\w-]{43}) /.exec(first.output())?.[1];
    expect(first.output()).toContain(
      [
        '',
        'Followups is ready',
        `  Console       http://127.0.0.1:${settings.PORT}`,
        `  API           http://127.0.0.1:${settings.PORT}/v1      (docs: /docs)`,
        `  Temporal UI   http://127.0.0.1:${settings.TEMPORAL_UI_PORT}`,
        `  Sign in       http://127.0.0.1:${settings.PORT}/sign-in?code=${code}   (once, 15 minutes)`,
        `  Admin key     ${join(dataDir, 'admin-key')}`,
        '',
      ].join('\n'),
    );
    const ask = (path: string, headers = {}) => fetch(`http://127.0.0.1:${settings.PORT}${path}`, { headers });
    expect((await ask('/readyz')).status).toBe(200);
    expect((await ask('/v1/agents')).status).toBe(401);
    const page = await ask('/sign-in', { Accept: 'text/html' });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('/assets/')]);
    const signedIn = await signIn(code);
    expect([signedIn.status, await signedIn.json()]).toEqual([201, expect.objectContaining({ scope: 'admin' })]);
    const session = await ask('/v1/console-session', { Cookie: signedIn.headers.getSetCookie()[0]?.split(';')[0] });
    expect(await session.json()).toMatchObject({
      service: {
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        publicUrl: `http://127.0.0.1:${settings.PORT}`,
        temporal: {
          uiUrl: `http://127.0.0.1:${settings.TEMPORAL_UI_PORT}`,
          address: `127.0.0.1:${settings.TEMPORAL_PORT}`,
          ...{ namespace: 'default', taskQueue: 'followups' },
        },
      },
    });
    expect((await signIn(code)).status).toBe(401);
    const withKey = () =>
      ask('/v1/agents', { Authorization: `Bearer ${readFileSync(join(dataDir, 'admin-key'), 'utf8').trim()}` });
    expect((await withKey()).status).toBe(200);

    const second = start({ PORT: String(await freePort()) });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`is held by process ${first.pid}`);

    // A server that dies alone is started again.
    const before = serversIn(dataDir);
    process.kill(before.temporal, 'SIGKILL');
    await first.says('Temporal answers again', 60_000);
    process.kill(before.postgres, 'SIGKILL');
    await first.says('PostgreSQL answers again', 60_000);
    await eventually('readiness', async () => (await ask('/readyz')).status === 200, 60_000);

    const orphans = serversIn(dataDir);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(isAlive(orphans.postgres) && isAlive(orphans.temporal)).toBe(true);

    const third = start();
    await ready(third);
    expect(isAlive(orphans.postgres) || isAlive(orphans.temporal)).toBe(false);
    expect((await withKey()).status).toBe(200);

    // Everything is killed while a followup waits: it arrives once.
    const gateway = await startGateway();
    await waitForFollowup(gateway.url, dataDir);
    const all = serversIn(dataDir);
    for (const pid of [third.pid, all.temporal, all.postgres]) process.kill(pid, 'SIGKILL');
    await third.ended;
    expect(gateway.received).toHaveLength(0);
    const fourth = start();
    await ready(fourth);
    await eventually('The followup', () => gateway.received.length > 0, 60_000);

    // The second signal changes nothing.
    const last = serversIn(dataDir);
    expect(findProcess(last.postgres)).not.toBeNull();
    fourth.child.kill('SIGINT');
    fourth.child.kill('SIGTERM');
    expect(await fourth.ended).toBe(0);
    expect(gateway.received).toHaveLength(1);
    await gateway.close();
    expect(isAlive(last.postgres) || isAlive(last.temporal)).toBe(false);
  }, 180_000);

  it.each(['PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'EMBEDDED_POSTGRES_PORT'])(
    'names %s when it is taken',
    async (variable) => {
      const port = await freePort();
      const other = createServer().listen(port, '127.0.0.1');
      await eventually('the port to be taken', () => other.listening);
      const refused = start({ [variable]: String(port), DATA_DIR: join(folder, 'other') });
      expect(await refused.ended).toBe(1);
      expect(refused.output()).toMatch(new RegExp(`Port ${port} .* is taken .* ${variable}=\\d+`));
      other.close();
    },
  );

  it('says what is wrong with a setting, and nothing else', async () => {
    const refused = start({ SECRETS_KEY: 'hunter2' });
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain('SECRETS_KEY must be base64 of 32 bytes, for example');
    expect(refused.output()).not.toContain('hunter2');
  });

  it('stops in order while it is still starting', async () => {
    const started = start({ DATA_DIR: join(folder, 'early') });
    await eventually('the lock', () => {
      try {
        return readFileSync(join(folder, 'early', 'secrets-key')).length > 0;
      } catch {
        return false;
      }
    });
    started.child.kill('SIGTERM');
    expect(await started.ended).toBe(0);
    expect(started.output()).not.toContain('ready');
  });
});
