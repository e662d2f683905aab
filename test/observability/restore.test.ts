import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import postgresClient from 'postgres';
import { migrateDatabase } from '../../src/db/migrate-database';
import { freePort } from '../../src/embedded/ports';
import { startPostgres } from '../../src/embedded/postgres';
import { findTemporalBinary } from '../../src/embedded/temporal-binary';
import { startTemporalServer } from '../../src/embedded/temporal-server';
import { connectClient } from '../../src/temporal/connection';
import { builtRepository } from '../support/build';
import { eventually } from '../support/eventually';
import { startGateway, type TestGateway } from '../support/gateway';
import { type RunningScript, runProcess } from '../support/processes';
import { temporaryFolder } from '../support/temporary-folder';

/*
 * PostgreSQL and Temporal's database are two, and a backup of the one is never of the same moment as that of the other.
 * Two moments are kept of both, and put together the two ways that there are; each part is a process of its own, since a
 * restore starts them in an order.
 */
const folder = temporaryFolder();
const say = () => {};
const adminKey = `restore-${randomUUID()}`;
const secretsKey = randomBytes(32).toString('base64');
/** Long enough to stop everything between the message and the moment at which its followup is due. */
const delaySeconds = 25;
/** Of the rule that is changed while this runs out. */
const editedDelaySeconds = 90;

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire has no type; the test says what it expects of it.
type Json = any;

/** PostgreSQL, Temporal and an API, on the data of a folder; workers are started when the time has come. */
type Installation = {
  databaseUrl: string;
  temporalAddress: string;
  call(status: number, method: string, path: string, body?: object): Promise<Json>;
  startWorker(): Promise<void>;
  stop(): Promise<void>;
};

let root: string;
let gateway: TestGateway;
let slow: string;
let quick: string;
let edited: string;
let running: Installation | null = null;

async function start(name: string): Promise<Installation> {
  const dataDir = join(folder, name);
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const parts: RunningScript[] = [];
  const postgres = await startPostgres({ dataDir, port: null, durable: true, say });
  const binary = await findTemporalBinary({ cliPath: process.env.TEMPORAL_CLI_PATH || null, env: process.env, say });
  const temporal = await startTemporalServer({
    ...{ binary, dataDir, port: await freePort(), uiPort: null, namespace: 'default', synchronous: 'FULL', say },
  });
  await migrateDatabase(postgres.url);
  const part = async (program: string, settings: NodeJS.ProcessEnv, port: number) => {
    const env = {
      ...{ PATH: process.env.PATH, DATABASE_URL: postgres.url, TEMPORAL_ADDRESS: temporal.address },
      ...{ SECRETS_KEY: secretsKey, ADMIN_API_KEY: adminKey, EGRESS_ALLOW: '127.0.0.0/8', ...settings },
    };
    const started = runProcess(process.execPath, [join(root, 'dist', program)], env, root);
    parts.push(started);
    await eventually(
      `${program} of ${name}`,
      async () => {
        const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
        if (!response?.ok) throw new Error(started.output());
        return true;
      },
      60_000,
    );
  };
  const port = await freePort();
  await part('server.js', { PORT: `${port}` }, port);
  running = {
    databaseUrl: postgres.url,
    temporalAddress: temporal.address,
    async call(status, method, path, body) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status !== status) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return text === '' ? null : JSON.parse(text);
    },
    async startWorker() {
      const healthPort = await freePort();
      await part('worker.js', { WORKER_HEALTH_PORT: `${healthPort}` }, healthPort);
    },
    async stop() {
      running = null;
      for (const { child } of parts) child.kill('SIGTERM');
      await Promise.all(parts.map(({ ended }) => ended));
      await Promise.all([temporal.stop(), postgres.stop()]);
    },
  };
  return running;
}

/** Copies a server's data, as a backup of a stopped one would; it belongs to whom it belonged. */
function copy(server: 'postgres' | 'temporal', from: string, to: string): void {
  mkdirSync(join(folder, to), { recursive: true, mode: 0o711 });
  // The password of the embedded PostgreSQL is kept beside its data.
  const names = server === 'postgres' ? ['postgres', 'postgres-password'] : ['temporal'];
  for (const name of names) execFileSync('cp', ['-a', join(folder, from, name), join(folder, to, name)]);
}

const pathOf = (channelId: string, conversation: string) => `/v1/channels/${channelId}/conversations/${conversation}`;
const told = ({ call }: Installation, channelId: string, conversation: string, status: string) =>
  eventually(
    `${status} of ${conversation}`,
    async () => {
      const session = await call(200, 'GET', `${pathOf(channelId, conversation)}/session`);
      if (session.followups?.[0]?.status !== status) throw new Error(JSON.stringify(session.followups));
      return session as { id: string; planRevision: number; followups: { reason: string }[] };
    },
    // The reconciler runs every minute.
    120_000,
  );
const idsAt = (conversation: string) => gateway.of(conversation).map(({ webhookId }) => webhookId);

beforeAll(async () => {
  root = builtRepository();
  gateway = await startGateway();

  const first = await start('live');
  await first.startWorker();
  const agent = await first.call(201, 'POST', '/v1/agents', {
    ...{ name: 'Ada', identity: { timeZone: 'Europe/Madrid', availability: { mode: 'always' } } },
  });
  const channelWith = async (seconds: number): Promise<{ channelId: string; followupId: string }> => {
    const channel = await first.call(201, 'POST', '/v1/channels', {
      ...{ agentId: agent.id, name: 'Web', type: 'webhook', endpoint: { url: gateway.url } },
    });
    const followup = await first.call(201, 'POST', '/v1/followups', {
      ...{ title: 'Still there?', message: 'Are you still there?', delaySeconds: seconds, channelIds: [channel.id] },
    });
    return { channelId: channel.id, followupId: followup.id };
  };
  slow = (await channelWith(delaySeconds)).channelId;
  quick = (await channelWith(1)).channelId;
  const rule = await channelWith(editedDelaySeconds);
  edited = rule.channelId;
  for (const conversation of ['sent', 'replied', 'replied-unreported']) {
    await first.call(202, 'POST', `${pathOf(slow, conversation)}/messages`, { id: 'm-1', from: 'agent' });
  }
  for (const conversation of ['sent', 'replied', 'replied-unreported'])
    await told(first, slow, conversation, 'waiting');
  await first.call(202, 'POST', `${pathOf(edited, 'edited')}/messages`, { id: 'm-1', from: 'agent' });
  const { planRevision } = await told(first, edited, 'edited', 'waiting');
  await first.stop();
  for (const server of ['postgres', 'temporal'] as const) copy(server, 'live', 'earlier');

  const second = await start('live');
  for (const conversation of ['replied', 'replied-unreported']) {
    await second.call(202, 'POST', `${pathOf(slow, conversation)}/messages`, { id: 'm-2', from: 'user' });
  }
  await second.call(200, 'PATCH', `/v1/followups/${rule.followupId}`, { delaySeconds: 3_600 });
  await second.startWorker();
  await second.call(202, 'POST', `${pathOf(quick, 'new')}/messages`, { id: 'm-1', from: 'agent' });
  await told(second, quick, 'new', 'sent');
  await told(second, slow, 'sent', 'sent');
  await eventually('the changed rule', async () => {
    const session = await second.call(200, 'GET', `${pathOf(edited, 'edited')}/session`);
    return session.planRevision > planRevision;
  });
  await second.stop();
  expect([...idsAt('sent'), ...idsAt('new')]).toHaveLength(2);
  expect([...idsAt('replied'), ...idsAt('replied-unreported')]).toEqual([]);
}, 300_000);

afterEach(() => running?.stop(), 60_000);
afterAll(() => gateway?.close());

describe('a restore', () => {
  it('of Temporal to an earlier moment sends nothing twice, and heeds replies that are reported again', async () => {
    copy('temporal', 'earlier', 'temporal-earlier');
    copy('postgres', 'live', 'temporal-earlier');
    const restored = await start('temporal-earlier');
    // Before any worker runs: the gateways report again what they reported since the backup.
    await restored.call(202, 'POST', `${pathOf(slow, 'replied')}/messages`, { id: 'm-2', from: 'user' });
    await restored.startWorker();

    // The workflow waits for what was sent already: the row knows it.
    await told(restored, slow, 'sent', 'sent');
    const replied = await told(restored, slow, 'replied', 'skipped');
    expect(replied.followups[0]?.reason).toBe('user_replied');
    // What nobody reports again was never said: this is why it has to be reported.
    await told(restored, slow, 'replied-unreported', 'sent');
    expect(idsAt('sent')).toHaveLength(1);
    expect(idsAt('replied')).toEqual([]);
    expect(idsAt('replied-unreported')).toHaveLength(1);

    // A session that Temporal knows nothing of any more makes way for the next one of its conversation.
    const [before] = (await restored.call(200, 'GET', `${pathOf(quick, 'new')}/sessions`)).items;
    expect(before.status).toBe('open');
    await restored.call(202, 'POST', `${pathOf(quick, 'new')}/messages`, { id: 'm-2', from: 'user' });
    await eventually('the next session', async () => {
      const { items } = await restored.call(200, 'GET', `${pathOf(quick, 'new')}/sessions`);
      const [next, last] = items;
      return last?.id === before.id && last.endedBy === 'operator' && next.status === 'open';
    });
    expect(idsAt('new')).toHaveLength(1);
  }, 240_000);

  it('of PostgreSQL to an earlier moment sends nothing twice, and no session gets stuck', async () => {
    copy('temporal', 'live', 'postgres-earlier');
    copy('postgres', 'earlier', 'postgres-earlier');
    const restored = await start('postgres-earlier');
    await restored.startWorker();

    // The row of the delivery is gone, but the session knows that it was sent.
    await told(restored, slow, 'sent', 'sent');
    const { items } = await restored.call(200, 'GET', `/v1/deliveries?channelId=${slow}`);
    expect(items).toEqual([]);
    expect(idsAt('sent')).toHaveLength(1);

    // The rule was changed after the backup, and is as it was before it. The session has the change, with a revision that
    // the channel will give again to another: so the revisions are raised.
    await told(restored, edited, 'edited', 'waiting');
    const sql = postgresClient(restored.databaseUrl, { max: 1 });
    await sql`update channels set plan_revision = plan_revision + 1000000`;
    await sql.end();
    await told(restored, edited, 'edited', 'sent');

    // Of this session there is no row at all: it goes on, ends, and leaves room for the next.
    await restored.call(202, 'POST', `${pathOf(quick, 'new')}/messages`, { id: 'm-3', from: 'user' });
    await restored.call(202, 'POST', `${pathOf(quick, 'new')}/end`, {});
    const temporal = await connectClient({
      ...{ address: restored.temporalAddress, namespace: 'default', taskQueue: 'followups' },
    });
    try {
      await eventually('the end of the session without a row', async () => {
        const { status } = await temporal.client.workflow.getHandle(`session/${quick}/new`).describe();
        return status.name === 'COMPLETED';
      });
    } finally {
      await temporal.close();
    }
    await restored.call(202, 'POST', `${pathOf(quick, 'new')}/messages`, { id: 'm-4', from: 'agent' });
    const next = await told(restored, quick, 'new', 'sent');
    expect(new Set(idsAt('new')).size).toBe(2);
    expect(gateway.of('new').at(-1)?.data.sessionId).toBe(next.id);
  }, 400_000);
});
