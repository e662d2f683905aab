import { eq } from 'drizzle-orm';
import { createSignInCode } from '../../src/api/console-session/sign-in-code';
import { configuredKeyId, ensureAdminKey } from '../../src/db/queries/api-keys';
import { purgeSignIns } from '../../src/db/queries/console-sessions';
import { apiKeys, consoleSessions, signInCodes } from '../../src/db/schema';
import { type ApiResponse, type RequestOptions, startTestApi, type TestApi } from '../support/api';
import { eventually } from '../support/eventually';
import { agentBody, createKey } from '../support/things';

const path = '/v1/console-session';
const unknownCode = 'x'.repeat(43);

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api?.stop());

const signIn = (body: object, headers: Record<string, string> = {}) =>
  api.request('POST', path, { key: null, body, headers });

const codeOf = (keyId = configuredKeyId) => createSignInCode(api.deps.database, keyId);

/** What a browser keeps of an answer. */
const cookieOf = (answer: ApiResponse) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';

type Browser = {
  csrfToken: string;
  cookie: string;
  request(method: string, path: string, options?: RequestOptions): Promise<ApiResponse>;
};

/** Signs in, and then sends what a page of the console sends. */
async function browserOf(body: object): Promise<Browser> {
  const answer = await signIn(body);
  expect(answer.status).toBe(201);
  const cookie = cookieOf(answer);
  const { csrfToken } = answer.body;
  return {
    csrfToken,
    cookie,
    request: (method, at, options = {}) =>
      api.request(method, at, {
        key: null,
        ...options,
        headers: { cookie, ...(method === 'GET' ? {} : { 'x-csrf-token': csrfToken }), ...options.headers },
      }),
  };
}

const agentCount = async () => (await api.request('GET', '/v1/agents')).body.items.length;

describe('signing in', () => {
  test('with a code works once', async () => {
    const code = await codeOf();
    const answer = await signIn({ code });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ scope: 'admin', keyName: 'admin', keyId: configuredKeyId });
    const again = await signIn({ code });
    expect([again.status, again.body.code]).toEqual([401, 'unauthorized']);
    expect(again.body.detail).toMatch(/npm start.*admin key/);
    expect(again.headers.getSetCookie()).toEqual([]);
    expect(again.body.detail).toBe((await signIn({ code: unknownCode })).body.detail);
  });

  test('with one code at once lets one in', async () => {
    const code = await codeOf();
    const answers = await Promise.all([1, 2, 3, 4].map(() => signIn({ code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401]);
  });

  test('with a code is too late after 15 minutes', async () => {
    const [late, inTime] = [await codeOf(), await codeOf()];
    api.clock.offsetMs += 14 * 60_000;
    expect((await signIn({ code: inTime })).status).toBe(201);
    api.clock.offsetMs += 60_001;
    expect((await signIn({ code: late })).status).toBe(401);
  });

  test.each(['admin', 'read'])('with a key of the scope %s works', async (scope) => {
    const { id, key } = await createKey(api, { scope, name: 'Mine' });
    expect((await signIn({ apiKey: key })).body).toMatchObject({ scope, keyName: 'Mine', keyId: id });
  });

  test("with a gateway's key is refused, and says why", async () => {
    const { key } = await createKey(api, { scope: 'gateway' });
    const answer = await signIn({ apiKey: key });
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    expect(answer.body.detail).toContain('"admin" or "read"');
    expect(await api.deps.database.db.select().from(consoleSessions)).toEqual([]);
  });

  test('with a key that is not known or was revoked is refused', async () => {
    expect((await signIn({ apiKey: `fup_${unknownCode}` })).status).toBe(401);
    const { id, key } = await createKey(api, { scope: 'admin' });
    const code = await codeOf(id);
    await api.request('DELETE', `/v1/keys/${id}`);
    expect((await signIn({ apiKey: key })).status).toBe(401);
    expect((await signIn({ code })).status).toBe(401);
  });

  test.each([{}, { code: unknownCode, apiKey: unknownCode }, { code: '' }, { apiKey: 'with a space' }])(
    'with %j is not valid',
    async (body) => {
      const answer = await signIn(body);
      expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed']);
      expect(JSON.stringify(answer.body)).not.toContain(unknownCode);
    },
  );

  test('is limited for those who guess, not for those who know', async () => {
    const statuses = [];
    for (let round = 0; round < 12; round++) {
      expect((await signIn({ apiKey: api.adminKey })).status).toBe(201);
    }
    for (let round = 0; round < 12; round++) statuses.push((await signIn({ code: unknownCode })).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(statuses).toContain(429);
    const refused = await signIn({ apiKey: api.adminKey });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  test.each([
    { origin: 'http://elsewhere.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'http://127.0.0.1:1' },
  ])('from a page of another origin is refused: %j', async (headers) => {
    const code = await codeOf();
    const answer = await signIn({ code }, headers);
    expect([answer.status, answer.body.code]).toEqual([403, 'csrf_failed']);
    expect((await signIn({ code }, { origin: api.url, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
  });

  test('stores neither the code nor the cookie', async () => {
    const code = await codeOf();
    const { db } = api.deps.database;
    const codes = JSON.stringify(await db.select().from(signInCodes));
    const { cookie } = await browserOf({ code });
    const sessions = JSON.stringify(await db.select().from(consoleSessions));
    expect(codes).toContain(configuredKeyId);
    expect(codes).not.toContain(code);
    expect(sessions).not.toContain(cookie.split('=')[1]);
  });
});

describe('the cookie', () => {
  test('is kept from scripts and from other sites', async () => {
    const [cookie] = (await signIn({ code: await codeOf() })).headers.getSetCookie();
    expect(cookie).toMatch(/^followups_session=[\w-]{43}; Path=\/; Max-Age=43(200|199); HttpOnly; SameSite=Strict$/);
  });

  test('with https it is Secure, and bound to the host', async () => {
    const secure = await startTestApi({ publicUrl: 'https://followups.example.com' });
    try {
      const answer = await secure.request('POST', path, {
        key: null,
        body: { apiKey: secure.adminKey },
        headers: { origin: 'https://followups.example.com' },
      });
      const [cookie = ''] = answer.headers.getSetCookie();
      expect(cookie).toMatch(/^__Host-followups_session=.*; Path=\/; .*; Secure$/);
      expect(cookie).not.toContain('Domain');
      const ask = (sent: string) => secure.request('GET', '/v1/agents', { key: null, headers: { cookie: sent } });
      expect((await ask(cookieOf(answer))).status).toBe(200);
      expect((await ask(cookieOf(answer).replace('__Host-', ''))).status).toBe(401);
    } finally {
      await secure.stop();
    }
  });

  test('lasts no longer than its key', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { key } = await createKey(api, { scope: 'admin', expiresAt });
    const answer = await signIn({ apiKey: key });
    expect(answer.body.expiresAt).toBe(expiresAt);
    const maxAge = Number(/Max-Age=(\d+)/.exec(answer.headers.getSetCookie()[0] ?? '')?.[1]);
    expect(maxAge).toBeGreaterThan(3_500);
    expect(maxAge).toBeLessThanOrEqual(3_600);
  });
});

describe('a session', () => {
  test('tells who is signed in, and to what', async () => {
    const browser = await browserOf({ code: await codeOf() });
    const { status, body } = await browser.request('GET', path);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ csrfToken: browser.csrfToken, scope: 'admin', keyName: 'admin', keyId: configuredKeyId },
      service: {
        version: '1.2.3',
        publicUrl: 'http://127.0.0.1:3000',
        temporal: {
          ...{ uiUrl: 'http://127.0.0.1:8233', namespace: 'default' },
          ...{ taskQueue: 'followups', address: '127.0.0.1:7233' },
        },
      },
    });
    expect(Date.parse(body.expiresAt) - Date.now()).toBeGreaterThan(43_100_000);
  });

  test('is not what a key has', async () => {
    for (const method of ['GET', 'DELETE']) {
      expect((await api.request(method, path)).status).toBe(401);
      expect((await api.request(method, path, { key: null })).status).toBe(401);
    }
  });

  test('changes things in the name of its key', async () => {
    const { key } = await createKey(api, { scope: 'admin', name: 'Grace' });
    const browser = await browserOf({ apiKey: key });
    expect((await browser.request('POST', '/v1/agents', { body: agentBody() })).status).toBe(201);
    const { items } = (await api.request('GET', '/v1/audit?limit=1')).body;
    expect(JSON.stringify(items[0])).toContain('Grace');
  });

  test('of a key that reads changes nothing, and can be ended', async () => {
    const { key } = await createKey(api, { scope: 'read' });
    const browser = await browserOf({ apiKey: key });
    expect((await browser.request('GET', '/v1/agents')).status).toBe(200);
    const refused = await browser.request('POST', '/v1/agents', { body: agentBody() });
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    expect(await agentCount()).toBe(0);
    expect((await browser.request('DELETE', path)).status).toBe(204);
  });

  test('ends when somebody signs out, and takes the cookie along', async () => {
    const [browser, other] = [await browserOf({ code: await codeOf() }), await browserOf({ code: await codeOf() })];
    const answer = await browser.request('DELETE', path);
    expect([answer.status, answer.headers.getSetCookie()[0]]).toEqual([
      204,
      'followups_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
    ]);
    for (const at of ['/v1/agents', path]) expect((await browser.request('GET', at)).status).toBe(401);
    expect((await other.request('GET', path)).status).toBe(200);
  });

  test('ends after 12 hours', async () => {
    const browser = await browserOf({ code: await codeOf() });
    api.clock.offsetMs += 43_200_000 - 60_000;
    expect((await browser.request('GET', path)).status).toBe(200);
    api.clock.offsetMs += 60_001;
    expect((await browser.request('GET', path)).status).toBe(401);
  });

  test('ends when its key is revoked, at once, whoever revoked it', async () => {
    const { id, key } = await createKey(api, { scope: 'admin' });
    const browser = await browserOf({ apiKey: key });
    expect((await browser.request('GET', '/v1/agents')).status).toBe(200);
    await api.deps.database.db.update(apiKeys).set({ revokedAt: new Date() }).where(eq(apiKeys.id, id));
    expect((await browser.request('GET', '/v1/agents')).status).toBe(401);
    expect((await browser.request('POST', '/v1/agents', { body: agentBody() })).status).toBe(401);
  });

  test('ends when ADMIN_API_KEY is changed, and with it the codes; the same key again changes nothing', async () => {
    const browser = await browserOf({ code: await codeOf() });
    const code = await codeOf();
    await ensureAdminKey(api.deps.database, api.adminKey);
    expect((await browser.request('GET', path)).status).toBe(200);
    await ensureAdminKey(api.deps.database, `fup_${'n'.repeat(43)}`);
    expect((await browser.request('GET', path)).status).toBe(401);
    expect((await signIn({ code })).status).toBe(401);
  });

  test('gives way to a key that is sent with it', async () => {
    const browser = await browserOf({ code: await codeOf() });
    const { key } = await createKey(api, { scope: 'read' });
    expect((await browser.request('POST', '/v1/agents', { key, body: agentBody() })).status).toBe(403);
    expect((await browser.request('GET', '/v1/agents', { key: 'unknown' })).status).toBe(401);
    // A proxy's own scheme says nothing of keys.
    const headers = { authorization: 'Basic dTpw' };
    expect((await browser.request('GET', '/v1/agents', { headers })).status).toBe(200);
  });

  test('follows the stream of events', async () => {
    const { cookie } = await browserOf({ code: await codeOf() });
    const leaving = new AbortController();
    const response = await fetch(`${api.url}/v1/events`, { headers: { cookie }, signal: leaving.signal });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    leaving.abort();
  });

  test('is forgotten some time after its end, as are codes', async () => {
    const { db } = api.deps.database;
    await browserOf({ code: await codeOf() });
    await codeOf();
    const count = async () =>
      (await db.select().from(consoleSessions)).length + (await db.select().from(signInCodes)).length;
    await purgeSignIns(db, new Date());
    expect(await count()).toBe(2);
    await purgeSignIns(db, new Date(Date.now() + 900_001));
    expect(await count()).toBe(1);
    await purgeSignIns(db, new Date(Date.now() + 43_200_001));
    expect(await count()).toBe(0);
  });

  test('is a use of its key', async () => {
    const { id, key } = await createKey(api, { scope: 'read' });
    const browser = await browserOf({ apiKey: key });
    await api.deps.database.db.update(apiKeys).set({ lastUsedAt: null }).where(eq(apiKeys.id, id));
    api.clock.offsetMs += 61_000;
    await browser.request('GET', '/v1/agents');
    await eventually('The use', async () => (await api.request('GET', `/v1/keys/${id}`)).body.lastUsedAt);
  });
});

describe('with the cookie', () => {
  test.each<[string, (browser: Browser) => Record<string, string>]>([
    ['no token', () => ({ 'x-csrf-token': '' })],
    ['another token', () => ({ 'x-csrf-token': 'a'.repeat(64) })],
    ['the cookie itself as the token', ({ cookie }) => ({ 'x-csrf-token': cookie.split('=')[1] ?? '' })],
    ['another origin', () => ({ origin: 'http://elsewhere.example' })],
    ['a neighbouring port', () => ({ origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' })],
    ['an origin that is not told', () => ({ origin: 'null' })],
    ['another site', () => ({ 'sec-fetch-site': 'cross-site' })],
  ])('%s: 403, and nothing is changed', async (_what, headersOf) => {
    const browser = await browserOf({ code: await codeOf() });
    const headers = headersOf(browser);
    const made = await api.request('POST', '/v1/agents', { body: agentBody() });
    const one = `/v1/agents/${made.body.id}`;
    const answers = [
      await browser.request('POST', '/v1/agents', { headers, body: agentBody() }),
      await browser.request('PATCH', one, { headers, body: { name: 'Eve' } }),
      await browser.request('DELETE', one, { headers }),
      await browser.request('DELETE', path, { headers }),
    ];
    for (const { status, body } of answers) expect([status, body.code]).toEqual([403, 'csrf_failed']);
    expect((await browser.request('GET', one)).body).toEqual(made.body);
    expect(await agentCount()).toBe(1);
  });

  test("another session's token is no use", async () => {
    const [browser, other] = [await browserOf({ code: await codeOf() }), await browserOf({ code: await codeOf() })];
    const headers = { 'x-csrf-token': other.csrfToken };
    expect((await browser.request('POST', '/v1/agents', { headers, body: agentBody() })).status).toBe(403);
  });

  test.each([{ origin: 'http://127.0.0.1:3000' }, {}])('the token and %j are taken', async (headers) => {
    const browser = await browserOf({ code: await codeOf() });
    expect((await browser.request('POST', '/v1/agents', { headers, body: agentBody() })).status).toBe(201);
    const own = { headers: { origin: api.url }, body: agentBody() };
    expect((await browser.request('POST', '/v1/agents', own)).status).toBe(201);
  });

  test('reading needs no token, and a key none at all', async () => {
    const browser = await browserOf({ code: await codeOf() });
    const elsewhere = { origin: 'http://elsewhere.example', 'sec-fetch-site': 'cross-site' };
    expect((await browser.request('GET', '/v1/agents')).status).toBe(200);
    expect((await api.request('POST', '/v1/agents', { headers: elsewhere, body: agentBody() })).status).toBe(201);
  });
});

test('the document tells how to call with a session', async () => {
  const { paths, components } = (await api.request('GET', '/openapi.json', { key: null })).body;
  expect(components.securitySchemes).toMatchObject({
    session: { type: 'apiKey', in: 'cookie', name: 'followups_session' },
    csrfToken: { type: 'apiKey', in: 'header', name: 'X-CSRF-Token' },
  });
  expect(paths['/v1/agents'].get.security).toEqual([{ bearer: [] }, { session: [] }]);
  expect(paths['/v1/agents'].post.security).toEqual([{ bearer: [] }, { session: [], csrfToken: [] }]);
  expect(paths[path].post.security).toEqual([]);
  expect(paths[path].delete.security).toEqual([{ session: [], csrfToken: [] }]);
});
