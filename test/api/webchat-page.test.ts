import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { startTestApi, type TestApi } from '../support/api';
import { temporaryFolder } from '../support/temporary-folder';
import { createAgent, createChannel } from '../support/things';

const page = '<!doctype html><title>Chat</title>';
const script = 'window.FollowupsChat = {};';
const consoleDir = temporaryFolder();
let api: TestApi;
let agentId: string;

beforeAll(async () => {
  mkdirSync(join(consoleDir, 'webchat'));
  writeFileSync(join(consoleDir, 'webchat', 'index.html'), page);
  writeFileSync(join(consoleDir, 'embed.js'), script);
  writeFileSync(join(consoleDir, 'embed.js.gz'), gzipSync(script));
  api = await startTestApi({ consoleDir });
  agentId = (await createAgent(api)).id;
});
afterAll(() => api?.stop());

const webchat = async (fields = {}): Promise<string> =>
  (await createChannel(api, agentId, { type: 'webchat', endpoint: null, ...fields })).id;
const get = (path: string, headers: Record<string, string> = {}) => api.request('GET', path, { key: null, headers });
const policyOf = (headers: Headers) =>
  Object.fromEntries(
    (headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources.join(' ')];
    }),
  );

test('the page lets in nothing but its own, and any page may frame it where the channel names no origin', async () => {
  const { status, headers, body } = await get(`/webchat/${await webchat()}?theme=dark`);
  expect(status).toBe(200);
  expect(body).toBe(page);
  expect(policyOf(headers)).toEqual({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'connect-src': "'self'",
    'img-src': "'self' data:",
    'form-action': "'self'",
    'base-uri': "'none'",
    'frame-ancestors': '*',
  });
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-frame-options')).toBeNull();
});

test('only the origins of the channel may frame it, and the console, which has the Playground', async () => {
  const channelId = await webchat({ allowedOrigins: ['https://shop.example.com', 'http://localhost:8080'] });
  const { headers } = await get(`/webchat/${channelId}`);
  expect(policyOf(headers)['frame-ancestors']).toBe("'self' https://shop.example.com http://localhost:8080");

  await api.request('PATCH', `/v1/channels/${channelId}`, { body: { allowedOrigins: ['https://other.example.com'] } });
  const after = await get(`/webchat/${channelId}`);
  expect(policyOf(after.headers)['frame-ancestors']).toBe("'self' https://other.example.com");
});

test('an origin cannot say more than who may frame the page', async () => {
  for (const origin of ['https://shop.example.com;sandbox', 'https://*.example.com', 'https://a.example,b.example']) {
    const body = { agentId, name: 'Chat', type: 'webchat', allowedOrigins: [origin] };
    const { status } = await api.request('POST', '/v1/channels', { body });
    expect([origin, status]).toEqual([origin, 422]);
  }
});

test('there is a page for what is no chat: unknown, deleted, of another type', async () => {
  const deleted = await webchat();
  await api.request('DELETE', `/v1/channels/${deleted}`);
  const webhook = await createChannel(api, agentId);
  for (const channelId of [deleted, webhook.id, 'ch_0199c2a17b3c7d10a1b2c3d4e5f60718', 'x%00y']) {
    const { status, headers, body } = await get(`/webchat/${channelId}`);
    expect([channelId, status]).toEqual([channelId, 404]);
    expect(headers.get('content-type')).toContain('text/html');
    expect(body).toContain('There is no such chat');
    expect(policyOf(headers)['script-src']).toBe("'self'");
  }
});

test('the script is for all pages, kept for five minutes, and known again', async () => {
  const { status, headers, body } = await get('/webchat/embed.js', { 'accept-encoding': 'gzip' });
  expect([status, body]).toEqual([200, script]);
  expect(headers.get('content-type')).toContain('javascript');
  expect(headers.get('content-encoding')).toBe('gzip');
  expect(headers.get('cache-control')).toBe('public, max-age=300');
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  const etag = headers.get('etag') ?? '';
  // Without this Node asks for a new one.
  const asBrowsersDo = { 'accept-encoding': 'gzip', 'cache-control': 'max-age=0', 'if-none-match': etag };
  const again = await get('/webchat/embed.js', asBrowsersDo);
  expect([etag === '', again.status]).toEqual([false, 304]);
});

test('they can only be read', async () => {
  const { status, headers } = await api.request('POST', `/webchat/${await webchat()}`, { key: null });
  expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  expect((await api.request('PUT', '/webchat/embed.js', { key: null })).status).toBe(405);
});

test('where nothing was built, that is what it says', async () => {
  const bare = await startTestApi();
  try {
    const agent = await createAgent(bare);
    const { id } = await createChannel(bare, agent.id, { type: 'webchat', endpoint: null });
    const answer = await bare.request('GET', `/webchat/${id}`, { key: null });
    expect(answer.status).toBe(503);
    expect(answer.body).toContain('npm run build');
    expect((await bare.request('GET', '/webchat/embed.js', { key: null })).status).toBe(404);
  } finally {
    await bare.stop();
  }
});
