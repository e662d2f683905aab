import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFollowupsClient, NoAnswerError, ProblemError } from '../../client/src';

type Seen = { method: string; path: string; headers: IncomingMessage['headers']; body: string };

/** Stands in for the API, which does not fail to order. */
let server: Server;
let seen: Seen[];
let answers: ((response: ServerResponse) => void)[];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
    (answers.shift() ?? ok)(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  seen = [];
  answers = [];
});
afterAll(
  () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }),
);

const ok = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
const refuse = (status: number, retryAfter?: string) => (response: ServerResponse) =>
  response
    .writeHead(status, {
      'content-type': 'application/problem+json',
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    })
    .end(JSON.stringify({ code: 'a_code', detail: 'Because.', errors: [] }));
const hangUp = (response: ServerResponse) => response.destroy();
const sayNothing = () => {};

const client = (settings: object = {}) =>
  createFollowupsClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: 'fup_key',
    retries: 2,
    ...settings,
  });
const of = { channelId: 'ch_1', conversationId: 'c' };

test('an event is sent again, the same with its time, until it is taken', async () => {
  answers = [refuse(503, '0'), hangUp];
  await client().reportMessage(of, { id: 'm-1', from: 'user' });
  expect(seen.map(({ body }) => body)).toEqual([seen[0]?.body, seen[0]?.body, seen[0]?.body]);
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ id: 'm-1', from: 'user', at: expect.stringMatching(/Z$/) });
});

test('a creation is sent again with the same key', async () => {
  answers = [hangUp];
  await client().createAgent({ name: 'Ada', identity: { timeZone: 'Europe/Madrid' } });
  const keys = seen.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), keys[0]]);
});

test('it waits as long as it is asked to', async () => {
  answers = [refuse(429, '1')];
  const begunAtMs = performance.now();
  await client().listAgents();
  expect(performance.now() - begunAtMs).toBeGreaterThan(950);
});

test('it gives up after its retries, or where the wait would be long, with the problem', async () => {
  answers = [refuse(503, '0'), refuse(503, '0'), refuse(503, '0')];
  await expect(client().listAgents()).rejects.toMatchObject({ status: 503, code: 'a_code', detail: 'Because.' });
  expect(seen).toHaveLength(3);
  answers = [refuse(503, '3600')];
  await expect(client().listAgents()).rejects.toMatchObject({ status: 503, retryAfterSeconds: 3_600 });
  expect(seen).toHaveLength(4);
});

test.each([400, 401, 403, 404, 409, 422, 500])('%i is not asked again', async (status) => {
  answers = [refuse(status)];
  await expect(client().listAgents()).rejects.toBeInstanceOf(ProblemError);
  expect(seen).toHaveLength(1);
});

test('without an answer: an error that says so, and what may be repeated is repeated', async () => {
  answers = [sayNothing, sayNothing];
  await expect(client({ retries: 1, timeoutMs: 100 }).listAgents()).rejects.toBeInstanceOf(NoAnswerError);
  expect(seen).toHaveLength(2);
});

test('a change for a revision is not repeated when nobody knows whether it was made', async () => {
  answers = [hangUp];
  const change = client().editAgent({ agentId: 'agt_1' }, { name: 'Bea' }, { revision: 3 });
  await expect(change).rejects.toBeInstanceOf(NoAnswerError);
  expect(seen.map(({ headers }) => headers['if-match'])).toEqual(['"3"']);
});

test('what is gone when a deletion is repeated was deleted', async () => {
  answers = [hangUp, refuse(404)];
  expect(await client().deleteAgent({ agentId: 'agt_1' })).toBeUndefined();
  answers = [refuse(404)];
  await expect(client().deleteAgent({ agentId: 'agt_1' })).rejects.toMatchObject({ status: 404 });
});

test('an answer that is none of the API is told of as it is', async () => {
  answers = [(response) => response.writeHead(502).end('<html>'), refuse(400)];
  await expect(client({ retries: 0 }).listAgents()).rejects.toMatchObject({ status: 502, code: 'unknown' });
});

test('a redirect is not followed: the key is for the API alone', async () => {
  answers = [(response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()];
  await expect(client().listAgents()).rejects.toMatchObject({ status: 302 });
  expect(seen).toHaveLength(1);
});

test('it can be given up', async () => {
  answers = [refuse(503, '20')];
  const giveUp = new AbortController();
  const asked = client().listAgents({}, { signal: giveUp.signal });
  setTimeout(() => giveUp.abort(new Error('enough')), 50);
  await expect(asked).rejects.toThrow('enough');
});
