import { execFile, execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { postgresAccount } from '../../src/embedded/unprivileged';
import { type Cluster, startCluster } from '../cluster/cluster';
import type { PostgresPart } from '../cluster/database';
import { postgresOnPath } from '../cluster/postgres-programs';
import type { Secrets } from '../cluster/secrets';
import { repositoryRoot } from '../support/compose-file';
import { eventually } from '../support/eventually';
import { startGateway, type TestGateway } from '../support/gateway';
import { describeOnProductionForm } from '../support/production-form';
import { temporaryFolder } from '../support/temporary-folder';

/*
 * A backup of the production form while it runs, and its restore into a new installation, by the very commands of
 * docs/operations.md.
 */
const run = promisify(execFile);
const folder = temporaryFolder();
const programs = postgresOnPath(['postgres', 'initdb', 'psql', 'pg_dump', 'pg_restore', 'pg_basebackup'], process.env);
/** Long enough to stop and to restore everything before it is due, or nearly so. */
const slowSeconds = 60;

/** The lines of a code block of docs/operations.md that say what PostgreSQL's container is to do, in their order. */
function commandsUnder(heading: string): string[] {
  const text = readFileSync(join(repositoryRoot, 'docs', 'operations.md'), 'utf8');
  const section = text.slice(text.indexOf(`### ${heading}\n`)).split(/\n##/)[0] ?? '';
  const inContainer = 'docker compose exec -T postgresql ';
  return section.split('\n').flatMap((line) => (line.startsWith(inContainer) ? line.slice(inContainer.length) : []));
}

/** Runs such a line against a server, in the folder of the backup. */
async function runCommand(line: string, { adminUrl }: PostgresPart, cwd: string): Promise<void> {
  const { hostname, port, username, password } = new URL(adminUrl);
  const server = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password };
  await run('bash', ['-c', line], { cwd, env: { ...server, PATH: `${programs?.bin}:${process.env.PATH}` } });
}

/** Puts a physical backup where PostgreSQL has its data, as whoever it runs as. */
function unpack(archive: string, dataFolder: string): void {
  mkdirSync(dirname(dataFolder), { recursive: true, mode: 0o711 });
  const account = postgresAccount(dataFolder);
  mkdirSync(dataFolder, { mode: 0o700 });
  if (account !== null) chownSync(dataFolder, account.uid, account.gid);
  execFileSync('tar', ['-x', '-C', dataFolder], {
    ...account,
    cwd: '/',
    stdio: [openSync(archive, 'r'), 'inherit', 'inherit'],
  });
}

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire has no type; the test says what it expects of it.
type Json = any;

describeOnProductionForm(
  'a restore of the production form',
  programs === null ? 'PostgreSQL’s server and pg_dump are not together on the PATH' : null,
  () => {
    let gateway: TestGateway;
    let cluster: Cluster | null = null;

    const start = async (name: string, more: Partial<Parameters<typeof startCluster>[0]> = {}): Promise<Cluster> => {
      const own = join(folder, name);
      mkdirSync(own, { recursive: true, mode: 0o711 });
      cluster = await startCluster({
        ...{ folder: own, say: () => {}, webUi: false, durable: false, apis: 1, workers: 1 },
        ...(programs === null ? {} : { postgresPrograms: programs }),
        ...more,
      });
      return cluster;
    };
    const stop = async () => {
      await cluster?.stop();
      cluster = null;
    };
    const call = async (status: number, method: string, path: string, body?: object): Promise<Json> => {
      const response = await fetch(`${cluster?.apiUrls[0]}${path}`, {
        method,
        headers: { authorization: `Bearer ${cluster?.adminKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status !== status) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return text === '' ? null : JSON.parse(text);
    };
    const channelWith = async (agentId: string, delaySeconds: number): Promise<string> => {
      const channel = await call(201, 'POST', '/v1/channels', { agentId, name: 'Web', endpoint: { url: gateway.url } });
      const rule = { title: 'Still there?', message: 'Are you still there?', delaySeconds, channelIds: [channel.id] };
      await call(201, 'POST', '/v1/followups', rule);
      return channel.id;
    };
    const pathOf = (channelId: string, name: string) => `/v1/channels/${channelId}/conversations/${name}`;
    const says = (channelId: string, name: string, from: 'agent' | 'user', id: string) =>
      call(202, 'POST', `${pathOf(channelId, name)}/messages`, { id, from });
    const told = (channelId: string, name: string, status: string) =>
      eventually(
        `${status} of ${name}`,
        async () => {
          const session = await call(200, 'GET', `${pathOf(channelId, name)}/session`);
          if (session.followups?.[0]?.status !== status) throw new Error(JSON.stringify(session.followups));
          return session.followups[0];
        },
        120_000,
      );
    const sendsTo = (name: string) => gateway.of(name).length;

    const names = ['sent-before', 'sent-between', 'open', 'new', 'replied-before', 'replied-after'];
    let secrets: Secrets;
    let quick: string;
    let between: string;
    let slow: string;

    beforeAll(async () => {
      gateway = await startGateway();
      const first = await start('first');
      ({ secrets } = first);
      const agent = await call(201, 'POST', '/v1/agents', {
        ...{ name: 'Ada', identity: { timeZone: 'Europe/Madrid', availability: { mode: 'always' } } },
      });
      quick = await channelWith(agent.id, 1);
      between = await channelWith(agent.id, 20);
      slow = await channelWith(agent.id, slowSeconds);
      await says(quick, 'sent-before', 'agent', 'm-1');
      await told(quick, 'sent-before', 'sent');
      await says(between, 'sent-between', 'agent', 'm-1');
      for (const name of ['open', 'replied-before', 'replied-after']) await says(slow, name, 'agent', 'm-1');
      await says(slow, 'replied-before', 'user', 'm-2');
      await told(between, 'sent-between', 'waiting');
      await told(slow, 'replied-before', 'skipped');
      for (const name of ['open', 'replied-after']) await told(slow, name, 'waiting');

      const dumps = commandsUnder('Dumps while everything runs');
      expect(dumps.map((line) => /> (\w+)\.dump$/.exec(line)?.[1])).toEqual([
        ...['temporal', 'temporal_visibility', 'followups'],
      ]);
      for (const line of dumps) {
        // Between Temporal's databases and the service's own, a followup is sent.
        if (line.endsWith('> followups.dump')) {
          expect(sendsTo('sent-between')).toBe(0);
          await told(between, 'sent-between', 'sent');
        }
        await runCommand(line, first.postgres, folder);
      }
      await says(slow, 'replied-after', 'user', 'm-2');
      await told(slow, 'replied-after', 'skipped');
      const physical = commandsUnder('A physical backup while everything runs');
      expect(physical).toHaveLength(1);
      for (const line of physical) await runCommand(line, first.postgres, folder);
      await stop();
      expect(names.map(sendsTo)).toEqual([1, 1, 0, 0, 0, 0]);
    }, 300_000);
    afterEach(stop, 60_000);
    afterAll(() => gateway?.close());

    it('from dumps, Temporal first: open sessions go on, and nothing is sent twice', async () => {
      const restored = await start('from-dumps', {
        ...{ secrets, startWorkers: false },
        async restore(postgres) {
          const lines = commandsUnder('Dumps into a new installation');
          expect(lines).toHaveLength(3);
          for (const line of lines) await runCommand(line, postgres, folder);
        },
      });
      // Before any worker runs: what gateways have reported since the backup.
      await says(slow, 'replied-after', 'user', 'm-2');
      for (const worker of restored.workers) await worker.start();

      // The session waits for what was sent already: the row knows it.
      await told(between, 'sent-between', 'sent');
      expect(await told(slow, 'replied-after', 'skipped')).toMatchObject({ reason: 'user_replied' });
      await told(slow, 'open', 'sent');
      await says(quick, 'new', 'agent', 'm-1');
      await told(quick, 'new', 'sent');
      expect(names.map(sendsTo)).toEqual([1, 1, 1, 1, 0, 0]);
      const { items } = await call(200, 'GET', '/v1/deliveries');
      expect(items.filter(({ status }: { status: string }) => status === 'sent')).toHaveLength(4);
    }, 300_000);

    it('from a physical backup: all is as it was at its moment, and goes on', async () => {
      const sentBefore = gateway.of('open').map(({ webhookId }) => webhookId);
      gateway.received.length = 0;
      unpack(join(folder, 'base.tar'), join(folder, 'from-physical', 'postgres'));
      await start('from-physical', { secrets });
      await told(slow, 'open', 'sent');
      // This installation knows nothing of the other one's send, but names it the same.
      if (sentBefore.length > 0) expect(gateway.of('open').map(({ webhookId }) => webhookId)).toEqual(sentBefore);
      await says(quick, 'new', 'agent', 'm-1');
      await told(quick, 'new', 'sent');
      expect(await told(slow, 'replied-after', 'skipped')).toMatchObject({ reason: 'user_replied' });
      await told(between, 'sent-between', 'sent');
      expect(names.map(sendsTo)).toEqual([0, 0, 1, 1, 0, 0]);
    }, 300_000);
  },
);
