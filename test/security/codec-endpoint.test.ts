import { randomBytes } from 'node:crypto';
import { createPayloadCodec } from '../../src/temporal/payload-codec';
import { startTestApi, type TestApi } from '../support/api';
import { signInCookie } from '../support/sign-in';
import { createKey } from '../support/things';

const uiOrigin = 'http://127.0.0.1:8233';
const value = '{"conversationId":"+34600000000"}';
const encode = (text: string) => Buffer.from(text).toString('base64');
const plain = { metadata: { encoding: encode('json/plain') }, data: encode(value) };

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ payloadCodec: createPayloadCodec([randomBytes(32)]) });
});
afterAll(() => api?.stop());

async function call(direction: string, body: unknown, headers: Record<string, string>, method = 'POST') {
  const response = await fetch(`${api.url}/v1/temporal-codec/${direction}`, {
    method,
    headers: { 'content-type': 'application/json', 'x-namespace': 'default', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

const withKey = (key = api.adminKey) => ({ authorization: `Bearer ${key}` });

async function encrypted() {
  const { body } = await call('encode', { payloads: [plain] }, withKey());
  return body.payloads[0];
}

test('an admin key has payloads encrypted, and decrypted again; others come back as they are', async () => {
  const payload = await encrypted();
  expect(payload).toMatchObject({ metadata: { encoding: encode('binary/encrypted') } });
  expect(Buffer.from(payload.data, 'base64').toString('latin1')).not.toContain('conversationId');
  const strange = { metadata: payload.metadata, data: encode('no ciphertext') };
  const { status, body } = await call('decode', { payloads: [payload, plain, strange, {}] }, withKey());
  expect(status).toBe(200);
  expect(body).toEqual({ payloads: [plain, plain, strange, { metadata: {}, data: '' }] });
});

test('nobody else has', async () => {
  const body = { payloads: [await encrypted()] };
  for (const scope of ['gateway', 'read'] as const) {
    const answer = await call('decode', body, withKey((await createKey(api, { scope })).key));
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  }
  expect((await call('decode', body, {})).status).toBe(401);
  expect((await call('decode', body, withKey('fup_unknown'))).status).toBe(401);
});

test('a browser shows it to pages of the Web UI only', async () => {
  for (const [origin, allowed] of [
    [uiOrigin, uiOrigin],
    ['http://127.0.0.1:8234', null],
    ['https://evil.example', null],
    ['null', null],
  ] as const) {
    const asked = { origin, 'access-control-request-method': 'POST' };
    const preflight = await call('decode', undefined, asked, 'OPTIONS');
    expect(preflight.status).toBe(204);
    const answer = await call('decode', { payloads: [] }, { ...withKey(), origin });
    for (const { headers } of [preflight, answer]) {
      expect(headers.get('access-control-allow-origin')).toBe(allowed);
      expect(headers.get('access-control-allow-credentials')).toBe(allowed && 'true');
      expect(headers.get('vary')).toContain('Origin');
    }
  }
  const preflight = await call('decode', undefined, { origin: uiOrigin }, 'OPTIONS');
  expect(preflight.headers.get('access-control-allow-headers')).toContain('X-Namespace');
});

test("the console's cookie does for the Web UI, and for no other page", async () => {
  const { name, value: cookie } = await signInCookie(api.url, api.adminKey);
  const body = { payloads: [await encrypted()] };
  const shown = await call('decode', body, { cookie: `${name}=${cookie}`, origin: uiOrigin });
  expect([shown.status, shown.body.payloads]).toEqual([200, [plain]]);
  for (const headers of [{}, { origin: 'http://127.0.0.1:8234' }, { origin: api.url }]) {
    const refused = await call('decode', body, { cookie: `${name}=${cookie}`, ...headers });
    expect([refused.status, refused.body.code]).toEqual([403, 'csrf_failed']);
  }
  const reader = await signInCookie(api.url, (await createKey(api, { scope: 'read' })).key);
  const refused = await call('decode', body, { cookie: `${reader.name}=${reader.value}`, origin: uiOrigin });
  expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
});

test.each([
  ['no JSON', '{', 400],
  ['no payloads', {}, 422],
  ['no base64', { payloads: [{ data: '!' }] }, 422],
  ['no list', { payloads: { data: '' } }, 422],
  ['an unknown field', { payloads: [], more: 1 }, 422],
])('%s is refused', async (_what, body, status) => {
  expect((await call('decode', body, withKey())).status).toBe(status);
});

test('as large as a payload may be, and not larger', async () => {
  const payloads = (bytes: number) => ({ payloads: [{ metadata: {}, data: randomBytes(bytes).toString('base64') }] });
  expect((await call('encode', payloads(2_097_152), withKey())).status).toBe(200);
  expect((await call('encode', payloads(4_194_304), withKey())).status).toBe(413);
  expect((await call('encode', undefined, withKey(), 'GET')).status).toBe(405);
});

test('where nothing is encrypted there is no such endpoint', async () => {
  const without = await startTestApi();
  try {
    const response = await fetch(`${without.url}/v1/temporal-codec/decode`, { method: 'POST', headers: withKey() });
    expect(response.status).toBe(404);
  } finally {
    await without.stop();
  }
});
