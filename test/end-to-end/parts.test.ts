import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import postgres from 'postgres';
import { freePort } from '../../src/embedded/ports';
import { builtRepository } from '../support/build';
import { eventually } from '../support/eventually';
import { startGateway, type TestGateway } from '../support/gateway';
import { type RunningScript, runProcess } from '../support/processes';

/*
 * The parts on their own, as their commands and variables start them: two migrations at once, two APIs, two workers.
 */
const adminKey = `parts-${randomUUID()}`;
const databaseName = `parts_${randomUUID().replaceAll('-', '')}`;
const running: RunningScript[] = [];
let root: string;
let settings: NodeJS.ProcessEnv;
let gateway: TestGateway;
let maintenance: postgres.Sql;

function run(program: string, changes: NodeJS.ProcessEnv = {}): RunningScript {
  const started = runProcess(process.execPath, [join(root, 'dist', program)], { ...settings, ...changes }, root);
  running.push(started);
  return started;
}

async function answers(port: number, path: string, status: number, of: RunningScript): Promise<void> {
  const look = async () => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
    if (response?.status !== status) throw new Error(`${response?.status ?? 'no answer'}\n${of.output()}`);
    return true;
  };
  await eventually(`${path} with ${status} on ${port}`, look, 60_000);
}

beforeAll(async () => {
  root = builtRepository();
  gateway = await startGateway();
  maintenance = postgres(process.env.TEST_DATABASE_URL ?? '', { max: 1, onnotice: () => {} });
  await maintenance.unsafe(`create database ${databaseName}`);
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  url.pathname = `/${databaseName}`;
  settings = {
    PATH: process.env.PATH,
    DATABASE_URL: url.toString(),
    TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS,
    TEMPORAL_TASK_QUEUE: databaseName,
    SECRETS_KEY: randomBytes(32).toString('base64'),
    ADMIN_API_KEY: adminKey,
    EGRESS_ALLOW: '127.0.0.0/8',
    LOG_FORMAT: 'json',
  };
});

afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  await gateway.close();
  await maintenance.unsafe(`drop database if exists ${databaseName} with (force)`);
  await maintenance.end();
});

describe('the parts on their own', () => {
  it('say which settings they need', async () => {
    for (const program of ['migrate.js', 'server.js', 'worker.js']) {
      const refused = run(program, { DATABASE_URL: '', TEMPORAL_ADDRESS: '', SECRETS_KEY: '' });
      expect(await refused.ended).toBe(1);
      expect(refused.output()).toMatch(
        /DATABASE_URL is needed[\s\S]*TEMPORAL_ADDRESS is needed[\s\S]*SECRETS_KEY is needed/,
      );
    }
  });

  it('let the API stay up without Temporal, and say so', async () => {
    expect(await run('migrate.js').ended).toBe(0);
    const port = await freePort();
    const api = run('server.js', { PORT: String(port), TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}` });
    await answers(port, '/healthz', 200, api);
    await answers(port, '/readyz', 503, api);
    const { checks } = (await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()) as { checks: object };
    expect(checks).toMatchObject({ postgresql: { ok: true }, temporal: { ok: false } });
    api.child.kill('SIGTERM');
    expect(await api.ended).toBe(0);
  });

  it('deliver a followup once, whichever of them is asked, and end in order', async () => {
    const migrations = [run('migrate.js'), run('migrate.js')];
    expect(await Promise.all(migrations.map(({ ended }) => ended))).toEqual([0, 0]);

    const apiPorts = [await freePort(), await freePort()];
    const healthPorts = [await freePort(), await freePort()];
    const apis = apiPorts.map((port) => run('server.js', { PORT: String(port) }));
    const workers = healthPorts.map((port) => run('worker.js', { WORKER_HEALTH_PORT: String(port) }));
    await Promise.all([
      ...apiPorts.map((port, index) => answers(port, '/readyz', 200, apis[index] as RunningScript)),
      ...healthPorts.map((port, index) => answers(port, '/readyz', 200, workers[index] as RunningScript)),
    ]);
    await answers(healthPorts[0] ?? 0, '/healthz', 200, workers[0] as RunningScript);
    await answers(healthPorts[0] ?? 0, '/else', 404, workers[0] as RunningScript);

    const post = async (which: number, path: string, body: object, status = 201) => {
      const response = await fetch(`http://127.0.0.1:${apiPorts[which]}${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${adminKey}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      if (response.status !== status) throw new Error(`${path} answered ${response.status}: ${text}`);
      return JSON.parse(text) as { id: string };
    };
    const agent = await post(0, '/v1/agents', {
      name: 'Ada',
      identity: { timeZone: 'Europe/Madrid', availability: { mode: 'always' } },
    });
    const channel = await post(1, '/v1/channels', {
      ...{ agentId: agent.id, name: 'Parts', type: 'webhook' },
      endpoint: { url: gateway.url },
    });
    await post(0, '/v1/followups', {
      ...{ title: 'Still there?', message: 'Are you still there?', delaySeconds: 1 },
      channelIds: [channel.id],
    });
    const path = `/v1/channels/${channel.id}/conversations/anyone/messages`;
    const event = { id: 'm1', from: 'agent', at: new Date().toISOString() };
    await post(0, path, event, 202);
    await post(1, path, event, 202);
    await eventually('the followup', () => gateway.received.length > 0, 30_000);

    const parts = [...apis, ...workers];
    for (const { child } of parts) child.kill('SIGTERM');
    expect(await Promise.all(parts.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
    expect(gateway.received).toHaveLength(1);
  }, 180_000);
});
