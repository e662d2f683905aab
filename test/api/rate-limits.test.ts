import { startTestApi, type TestApi } from '../support/api';
import { createAgent, createChannel, createKey } from '../support/things';

let api: TestApi;
let messages: string;
beforeAll(async () => {
  api = await startTestApi({ rateLimits: { requestsPerSecond: 1, eventsPerSecond: 100 } });
  const channel = await createChannel(api, (await createAgent(api)).id);
  messages = `/v1/channels/${channel.id}/conversations/a/messages`;
});
afterAll(() => api?.stop());

const many = (count: number, path: string, key: string) =>
  Promise.all(Array.from({ length: count }, () => api.request('GET', path, { key })));

test('what the key has left is told with every answer, and 429 when it is nothing', async () => {
  const { key } = await createKey(api, { scope: 'read' });
  const answers = await many(40, '/v1/agents', key);
  const allowed = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status === 429);
  expect(allowed.length + refused.length).toBe(40);
  expect(allowed.length).toBeGreaterThanOrEqual(10);
  expect(refused.length).toBeGreaterThan(0);
  for (const { headers } of answers) {
    expect(headers.get('ratelimit-policy')).toBe('"requests";q=10;w=10');
    expect(headers.get('ratelimit')).toMatch(/^"requests";r=\d+;t=\d+$/);
  }
  for (const { headers, body } of refused) {
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(body.code).toBe('too_many_requests');
  }
});

test('messages have a limit of their own, and other keys theirs', async () => {
  const { key } = await createKey(api, { scope: 'gateway' });
  await many(30, '/v1/channels', key);
  const report = (id: string) => api.request('POST', messages, { body: { id, from: 'user' }, key });
  const reported = await report('1');
  expect([reported.status, reported.headers.get('ratelimit-policy')]).toEqual([202, '"events";q=1000;w=10']);
  const other = await createKey(api, { scope: 'read' });
  expect((await api.request('GET', '/v1/agents', { key: other.key })).status).toBe(200);
});

test('who has no key has no limit told', async () => {
  const answer = await api.request('GET', '/v1/agents', { key: null });
  expect([answer.status, answer.headers.get('ratelimit')]).toEqual([401, null]);
});

test('the document tells of it', async () => {
  const { paths } = (await api.request('GET', '/openapi.json', { key: null })).body;
  const { responses } = paths['/v1/agents'].get;
  expect(Object.keys(responses['429'].headers)).toEqual(
    expect.arrayContaining(['Retry-After', 'RateLimit', 'RateLimit-Policy']),
  );
  expect(Object.keys(responses['200'].headers)).toEqual(expect.arrayContaining(['RateLimit', 'RateLimit-Policy']));
});
