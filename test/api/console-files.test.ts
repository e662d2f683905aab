import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { startTestApi, type TestApi } from '../support/api';
import { temporaryFolder } from '../support/temporary-folder';

/* A build in miniature, with the shape of the real one. */
const folder = temporaryFolder();
const dir = join(folder, '.dotted', 'console');
const script = `console.log(${JSON.stringify(randomBytes(1_000).toString('hex'))});\n`;
const page = `<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><script src="/assets/main-1a2b.js"></script>`;

let api: TestApi;
beforeAll(async () => {
  mkdirSync(join(dir, 'assets'), { recursive: true });
  writeFileSync(join(dir, 'index.html'), page);
  writeFileSync(join(dir, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(dir, 'assets', 'main-1a2b.js'), script);
  writeFileSync(join(dir, 'assets', 'main-1a2b.js.br'), brotliCompressSync(script));
  writeFileSync(join(dir, 'assets', 'main-1a2b.js.gz'), gzipSync(script));
  writeFileSync(join(dir, 'assets', 'font-3c4d.woff2'), 'font');
  writeFileSync(join(dir, 'assets', '.hidden'), 'hidden');
  writeFileSync(join(folder, '.dotted', 'outside.js'), 'outside');
  api = await startTestApi({ consoleDir: dir });
});
afterAll(() => api?.stop());

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  api.request(method, path, { key: null, headers });

/** As it goes over the wire: neither the path nor the body is touched on the way. */
function askRaw(path: string, headers: Record<string, string> = {}) {
  const { hostname, port } = new URL(api.url);
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>((resolve, reject) => {
    get({ hostname, port, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    }).on('error', reject);
  });
}

describe('the page', () => {
  test.each(['/', '/sign-in?code=abc', '/agents/agt_1/follow-ups', '/channels'])('is served at %s', async (path) => {
    const { status, headers, body } = await ask(path, html);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(body).toContain('<script src="/assets/main-1a2b.js">');
  });

  test('runs no script and no style but our own', async () => {
    const policyOf = async () => {
      const { headers, body } = await ask('/', html);
      return { policy: headers.get('content-security-policy') ?? '', body: String(body) };
    };
    const [one, other] = [await policyOf(), await policyOf()];
    expect(one.policy).not.toMatch(/unsafe|\*|https?:/);
    expect(one.policy).toContain("default-src 'none'; script-src 'self';");
    expect(one.policy).toContain("frame-ancestors 'none'");
    const nonce = /style-src 'self' 'nonce-([\w-]{22})'/.exec(one.policy)?.[1];
    expect(one.body).toContain(`content="${nonce}"`);
    expect(one.body).not.toContain('__CSP_NONCE__');
    expect(other.policy).not.toContain(nonce);
  });

  test('is at the root for those who take anything, and nowhere else', async () => {
    expect((await ask('/')).headers.get('content-type')).toContain('text/html');
    expect((await ask('/', html, 'HEAD')).status).toBe(200);
    const { status, body } = await ask('/channels');
    expect([status, body.code]).toEqual([404, 'not_found']);
  });

  test.each([
    ['/v1/nothing', 404],
    ['/docs/nothing', 404],
    ['/problems/nothing', 404],
    ['/assets/nothing.js', 404],
    ['/assets', 404],
    ['/s', 404],
  ])('is not at %s', async (path, status) => {
    const answer = await ask(path, html);
    expect([answer.status, answer.body.code]).toEqual([status, 'not_found']);
  });

  test.each(['/', '/favicon.svg', '/assets/main-1a2b.js'])('%s is only read', async (path) => {
    const { status, headers } = await ask(path, html, 'POST');
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  test('leaves the API and the docs as they are', async () => {
    expect((await ask('/docs', html)).body).toContain('swagger-ui');
    expect((await ask('/openapi.json', html)).body.openapi).toMatch(/^3/);
    expect((await ask('/v1/agents', html)).status).toBe(401);
    const { body } = await ask('/metrics');
    expect(body).toContain('route="/{page}"');
    expect(body).not.toContain('agt_1');
  });
});

describe('an asset', () => {
  const path = '/assets/main-1a2b.js';

  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', undefined],
    ['', undefined],
  ])('for Accept-Encoding "%s" is packed as %s', async (accepts, encoding) => {
    const { status, headers, body } = await askRaw(path, { 'accept-encoding': accepts });
    expect([status, headers['content-encoding']]).toEqual([200, encoding]);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers.vary).toContain('Accept-Encoding');
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const packed = encoding === 'br' ? brotliCompressSync(script) : encoding ? gzipSync(script) : Buffer.from(script);
    expect(body.equals(packed)).toBe(true);
  });

  test('that is not packed comes as it is', async () => {
    const { headers, body } = await askRaw('/assets/font-3c4d.woff2', { 'accept-encoding': 'br' });
    expect([headers['content-type'], headers['content-encoding']]).toEqual(['font/woff2', undefined]);
    expect(body.toString()).toBe('font');
  });

  test('is not sent again to who has it', async () => {
    const { headers } = await askRaw(path, { 'accept-encoding': 'br' });
    const again = await askRaw(path, {
      'accept-encoding': 'br',
      'if-modified-since': String(headers['last-modified']),
    });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  test.each([
    '/assets/../index.html',
    '/assets/..%2Findex.html',
    '/assets/..%2F..%2Foutside.js',
    '/assets/%2e%2e%2f%2e%2e%2foutside.js',
    '/assets/..%5C..%5Coutside.js',
    '/assets/.hidden',
    '/assets/%00',
    '/assets/main-1a2b.js%00.txt',
    '/assets/',
    `/assets/${encodeURIComponent('/etc/passwd')}`,
  ])('outside the folder is none: %s', async (raw) => {
    const { status, body } = await askRaw(raw, html);
    expect(body.toString()).not.toMatch(/outside"|hidden|root:|csp-nonce/);
    expect([400, 404]).toContain(status);
  });

  test('favicon', async () => {
    const { headers } = await ask('/favicon.svg');
    expect([headers.get('content-type'), headers.get('cache-control')]).toEqual([
      'image/svg+xml',
      'public, max-age=3600',
    ]);
  });
});

test.each([null, join(folder, 'nothing')])('without a build (%s) the root says what to do', async (consoleDir) => {
  const bare = await startTestApi({ consoleDir });
  try {
    const { status, headers, body } = await bare.request('GET', '/', { key: null, headers: html });
    expect([status, headers.get('content-type')]).toEqual([503, 'text/plain; charset=utf-8']);
    expect(body).toContain('npm run build');
    expect((await bare.request('GET', '/assets/a.js', { key: null })).status).toBe(404);
    expect((await bare.request('GET', '/v1/agents')).status).toBe(200);
  } finally {
    await bare.stop();
  }
});
