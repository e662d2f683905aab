import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { freePort } from '../../src/embedded/ports';
import { builtRepository } from '../support/build';
import { type ComposeService, composeFileWith } from '../support/compose-file';
import { eventually } from '../support/eventually';
import { startGateway, type TestGateway } from '../support/gateway';
import { type RunningScript, runProcess } from '../support/processes';

/*
 * The commands and variables of docker-compose.yml, run as processes: only addresses and ports are those of the test's
 * own servers.
 */
const adminKey = `deployment-${randomUUID()}`;
const databaseName = `deployment_${randomUUID().replaceAll('-', '')}`;
const conversations = Array.from({ length: 6 }, (_, index) => `visitor-${index}`);
/** Long enough to report all conversations, to look at them, and to kill a worker before the first is due. */
const delaySeconds = 8;

type Part = RunningScript & { name: string; port: number };
const running: RunningScript[] = [];
let root: string;
let services: Record<string, ComposeService>;
let addresses: Record<string, string>;
let gateway: TestGateway;
let maintenance: postgres.Sql;

function serviceOf(name: string): Required<Pick<ComposeService, 'command' | 'environment'>> & ComposeService {
  const service = services[name];
  if (service?.command === undefined || service.environment === undefined) throw new Error(`${name} is not complete`);
  return { ...service, command: service.command, environment: service.environment };
}

/** Starts one container of a service, as a process. */
async function start(name: string): Promise<Part> {
  const { command, environment } = serviceOf(name);
  const [program, ...args] = command;
  expect(program).toBe('node');
  const port = await freePort();
  const ownAddresses = { ...addresses, HOST: '127.0.0.1', PORT: `${port}`, WORKER_HEALTH_PORT: `${port}` };
  const replaced = Object.entries(ownAddresses).filter(([variable]) => variable in environment);
  // Nothing of this process's own environment: in a container there is none.
  const env = { ...environment, ...Object.fromEntries(replaced) };
  const started = runProcess(process.execPath, args, env, root);
  running.push(started);
  return Object.assign(started, { name, port });
}

async function answers(part: Part, path: string): Promise<unknown> {
  return eventually(
    `${path} of ${part.name}`,
    async () => {
      const response = await fetch(`http://127.0.0.1:${part.port}${path}`).catch(() => null);
      if (response?.status !== 200) throw new Error(`${response?.status ?? 'no answer'}\n${part.output()}`);
      return response.json();
    },
    60_000,
  );
}

/** Runs a service's health check as its container would. @throws when it finds the part not healthy */
async function checkHealth(part: Part): Promise<void> {
  const [kind, program, ...args] = serviceOf(part.name).healthcheck?.test ?? [];
  expect([kind, program]).toEqual(['CMD', 'node']);
  const here = args.map((argument) => argument.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${part.port}`));
  await promisify(execFile)(process.execPath, here);
}

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire has no type; the test says what it expects of it.
async function call(api: Part, status: number, method: string, path: string, body?: object): Promise<any> {
  const response = await fetch(`http://127.0.0.1:${api.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status !== status) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

beforeAll(async () => {
  root = builtRepository();
  services = composeFileWith({
    ...{ POSTGRES_PASSWORD: 'not-used', FOLLOWUPS_DB_PASSWORD: 'not-used', TEMPORAL_DB_PASSWORD: 'not-used' },
    SECRETS_KEY: randomBytes(32).toString('base64'),
    ADMIN_API_KEY: adminKey,
    EGRESS_ALLOW: '127.0.0.0/8',
    TEMPORAL_TASK_QUEUE: databaseName,
  }).services;
  gateway = await startGateway();
  maintenance = postgres(process.env.TEST_DATABASE_URL ?? '', { max: 1, onnotice: () => {} });
  await maintenance.unsafe(`create database ${databaseName}`);
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  url.pathname = `/${databaseName}`;
  addresses = { DATABASE_URL: url.toString(), TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS ?? '' };
}, 180_000);

afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  await gateway?.close();
  await maintenance?.unsafe(`drop database if exists ${databaseName} with (force)`);
  await maintenance?.end();
});

describe('the parts as docker-compose.yml starts them', () => {
  it('are migrated by two at once, deliver once although a worker dies, and end in order', async () => {
    const migrations = [await start('migrate'), await start('migrate')];
    expect(await Promise.all(migrations.map(({ ended }) => ended))).toEqual([0, 0]);

    const apis = [await start('api'), await start('api')] as const;
    const workers = [await start('worker'), await start('worker')] as const;
    expect(services.worker?.deploy?.replicas).toBe(workers.length);
    for (const part of [...apis, ...workers]) {
      expect(await answers(part, '/healthz')).toEqual({ status: 'ok' });
      expect(await answers(part, '/readyz')).toMatchObject({ status: 'ready' });
      await checkHealth(part);
    }

    const [first, second] = apis;
    const agent = await call(first, 201, 'POST', '/v1/agents', {
      name: 'Ada',
      identity: { timeZone: 'Europe/Madrid' },
    });
    const channel = await call(second, 201, 'POST', '/v1/channels', {
      ...{ agentId: agent.id, name: 'Web', endpoint: { url: gateway.url } },
    });
    gateway.secret = channel.signingSecret;
    const followup = await call(first, 201, 'POST', '/v1/followups', {
      ...{ title: 'Still there?', message: 'Are you still there?', delaySeconds, channelIds: [channel.id] },
    });
    const pathOf = (conversation: string) => `/v1/channels/${channel.id}/conversations/${conversation}`;
    for (const conversation of conversations) {
      await call(first, 202, 'POST', `${pathOf(conversation)}/messages`, { id: 'm-1', from: 'agent' });
    }

    const told = (status: string) => async () => {
      for (const conversation of conversations) {
        const session = await call(second, 200, 'GET', `${pathOf(conversation)}/session`);
        expect(session.followups).toMatchObject([{ followupId: followup.id, status }]);
      }
      return true;
    };
    await eventually('sessions that wait', told('waiting'));
    workers[0].child.kill('SIGKILL');
    expect(await workers[0].ended).toBe('SIGKILL');
    expect(gateway.received).toHaveLength(0);

    await eventually('followups that were sent', told('sent'), 60_000);
    for (const conversation of conversations) {
      expect(gateway.of(conversation)).toMatchObject([{ verified: true, data: { followupId: followup.id } }]);
    }
    expect(new Set(gateway.received.map(({ webhookId }) => webhookId)).size).toBe(conversations.length);

    const left = [...apis, workers[1]];
    const stoppedAt = performance.now();
    for (const { child } of left) child.kill('SIGTERM');
    expect(await Promise.all(left.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    expect(performance.now() - stoppedAt).toBeLessThan(15_000);
    expect(gateway.received).toHaveLength(conversations.length);
  }, 240_000);
});
