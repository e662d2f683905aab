import { eventually } from '../../support/eventually';
import { forms, type Installation } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import type { Json } from '../world/calls';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { rawRequest } from './support/raw-request';

/** The beginning of each kind of id, by the name of its parameter. */
const prefixes: Record<string, string> = {
  ...{ agentId: 'agt', channelId: 'ch', followupId: 'flw', sessionId: 'ses', deliveryId: 'dlv', keyId: 'key' },
};
const unknown = (name: string) => (prefixes[name] ? `${prefixes[name]}_${'1'.repeat(32)}` : 'nobody');

/** Fails when something is there for who may not, or when what does not exist is answered otherwise. */
export const row: Row = {
  number: 34,
  fault: 'unknown id, revoked key, wrong scope',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    const operations = await readOperations(installation);
    await unknownIds(installation, operations, report);
    await withoutAKey(installation, operations, report);
    await revoked(world, report);
    await scopes(world, report);
    await judge(world, report);
  },
};

/** `acceptsKey`: an API key is what it wants, or may be given; else a visitor's token, or the console's cookie. */
type Described = { method: string; path: string; acceptsKey: boolean; needsSomething: boolean };

/** Every call that the API's own document names. */
async function readOperations(installation: Installation): Promise<Described[]> {
  const { body } = await rawRequest(installation, 'GET', '/openapi.json');
  return Object.entries<Json>(body.paths).flatMap(([path, item]) =>
    Object.entries<Json>(item)
      .filter(([method]) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
      .map(([method, { security }]) => ({
        ...{ method: method.toUpperCase(), path },
        acceptsKey: security.length === 0 || (security as object[]).some((one) => 'bearer' in one),
        needsSomething: security.length > 0,
      })),
  );
}

const filled = (path: string, value: (name: string) => string) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => value(name));

/** Ids that are none, and well-formed ones of nothing: 404 for whoever may ask, whatever is done with them. */
async function unknownIds(installation: Installation, operations: Described[], report: RowReport): Promise<void> {
  for (const { method, path } of operations.filter(
    ({ acceptsKey, path: of }) => acceptsKey && /^\/v1\/.*\{/.test(of),
  )) {
    const reads = method === 'GET' || method === 'DELETE';
    for (const id of reads ? [unknown, () => '42'] : [() => '42']) {
      const { status, body } = await rawRequest(installation, method, filled(path, id), reads ? {} : { body: '{}' });
      notFound({ what: `${method} ${filled(path, id)}`, status, body }, report);
      report.count('unknown ids');
    }
  }
}

async function withoutAKey(installation: Installation, operations: Described[], report: RowReport): Promise<void> {
  const keys = ['', 'Bearer ', `Bearer fup_${'x'.repeat(43)}`, `Basic ${installation.adminKey}`];
  for (const { method, path } of operations.filter(({ needsSomething }) => needsSomething)) {
    for (const authorization of keys) {
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: '{' };
      const { status } = await rawRequest(installation, method, filled(path, unknown), {
        ...body,
        headers: { authorization },
      });
      answeredWith(
        { what: `${method} ${path} with "${authorization.slice(0, 12)}"`, wanted: [401], statuses: [status] },
        report,
      );
      report.count('without a key');
    }
  }
}

/** Elsewhere a revocation is known after five seconds. */
async function revoked({ calls, installation }: World, report: RowReport): Promise<void> {
  const { id, key } = await calls.expect(201, 'POST', '/v1/keys', { body: { name: 'A key', scope: 'admin' } });
  const headers = { authorization: `Bearer ${key}` };
  for (const api of installation.apiUrls.keys()) {
    const { status } = await calls.once('GET', '/v1/agents', { headers, api });
    report.must('a new key works', status === 200, status);
  }
  await calls.expect(204, 'DELETE', `/v1/keys/${id}`, { api: 0 });
  const first = await calls.once('GET', '/v1/agents', { headers, api: 0 });
  const what = 'a revoked key, at once where it was revoked';
  answeredWith({ what, wanted: [401], statuses: [first.status] }, report);
  for (const api of installation.apiUrls.keys()) {
    await eventually('401 everywhere', async () => {
      return (await calls.once('GET', '/v1/agents', { headers, api })).status === 401;
    });
    for (const method of ['POST', 'PATCH']) {
      const { status } = await calls.once(method, '/v1/agents/agt_x', { headers, api, body: {} });
      report.must('401 for whatever it asks', [401, 405].includes(status), status);
    }
    report.count('APIs that a key was revoked at');
  }
}

/** What each kind of key gets: read, of one gateway, of any gateway, admin. */
async function scopes(world: World, report: RowReport): Promise<void> {
  const { calls } = world;
  const { agentId, channelId } = await world.makeChannel();
  const otherId = await world.addChannel(agentId);
  const followupId = await world.makeFollowup(channelId, { delaySeconds: 3_600 });
  const makeKey = async (body: object) =>
    (await calls.expect(201, 'POST', '/v1/keys', { body: { name: 'A key', ...body } })).key as string;
  const keys = [
    await makeKey({ scope: 'read' }),
    await makeKey({ scope: 'gateway', channelIds: [channelId] }),
    await makeKey({ scope: 'gateway' }),
    await makeKey({ scope: 'admin' }),
  ];
  const [mine, other] = [world.conversation(channelId), world.conversation(otherId)];
  const message = { id: '1', from: 'user' };
  const table: [string, string, object | undefined, number[]][] = [
    ['GET', '/v1/agents', undefined, [200, 403, 403, 200]],
    ['POST', '/v1/agents', {}, [403, 403, 403, 422]],
    ['PATCH', `/v1/agents/${agentId}`, {}, [403, 403, 403, 200]],
    ['DELETE', `/v1/agents/${agentId}`, undefined, [403, 403, 403, 409]],
    ['GET', `/v1/channels/${channelId}`, undefined, [200, 200, 200, 200]],
    ['GET', `/v1/channels/${otherId}`, undefined, [200, 403, 200, 200]],
    ['PATCH', `/v1/channels/${channelId}`, {}, [403, 403, 403, 200]],
    ['POST', `/v1/channels/${channelId}/rotate-secret`, undefined, [403, 403, 403, 200]],
    ['GET', `/v1/followups/${followupId}`, undefined, [200, 403, 403, 200]],
    ['POST', `/v1/followups/${followupId}/deactivate`, undefined, [403, 403, 403, 200]],
    ['POST', `${mine.path}/messages`, message, [403, 202, 202, 202]],
    ['POST', `${other.path}/messages`, message, [403, 403, 202, 202]],
    ['GET', `${other.path}/sessions`, undefined, [200, 403, 200, 200]],
    ['POST', `${mine.path}/end`, {}, [403, 202, 202, 202]],
    ['POST', `${other.path}/end`, {}, [403, 403, 202, 202]],
    ['GET', '/v1/deliveries', undefined, [200, 403, 403, 200]],
    ['GET', '/v1/keys', undefined, [200, 403, 403, 200]],
    ['POST', '/v1/keys', {}, [403, 403, 403, 422]],
    ['GET', '/v1/audit', undefined, [403, 403, 403, 200]],
  ];
  for (const [method, path, body, wanted] of table) {
    const statuses: number[] = [];
    for (const key of keys) {
      const headers = { authorization: `Bearer ${key}` };
      statuses.push((await calls.once(method, path, { headers, ...(body === undefined ? {} : { body }) })).status);
      report.count('calls by scope');
    }
    answeredWith({ what: `${method} ${path}`, wanted, statuses }, report);
  }
}

type Answered = { what: string; wanted: readonly number[]; statuses: readonly number[] };

/** Each key gets what it may get, and nothing else. */
export const answeredWith = ({ what, wanted, statuses }: Answered, report: Judging): void =>
  report.must(`${what}: ${wanted.join(', ')}`, statuses.join() === wanted.join(), statuses);

export const notFound = ({ what, status, body }: { what: string; status: number; body: Json }, report: Judging): void =>
  report.must(`${what}: 404, not_found`, status === 404 && body?.code === 'not_found', { status, body });
