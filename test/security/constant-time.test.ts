import crypto from 'node:crypto';
import { startTestApi, type TestApi } from '../support/api';
import { signInCookie } from '../support/sign-in';

/*
 * How long a comparison takes must not tell how much of a secret was guessed. Time itself cannot be asserted; that Node's
 * comparison in constant time is asked, about what, and believed, can.
 */
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.stop());
afterEach(() => jest.restoreAllMocks());

const sha256 = (text: string) => Buffer.from(crypto.createHash('sha256').update(text).digest('hex'));

test('an API key is compared by its hash, in constant time', async () => {
  const compare = jest.spyOn(crypto, 'timingSafeEqual');
  expect((await api.request('GET', '/v1/agents')).status).toBe(200);
  expect(compare).toHaveBeenCalledWith(sha256(api.adminKey), sha256(api.adminKey));
  compare.mockReturnValue(false);
  expect((await api.request('GET', '/v1/agents')).status).toBe(401);
});

test('a CSRF token is compared in constant time', async () => {
  const { name, value } = await signInCookie(api.url, api.adminKey);
  const cookie = `${name}=${value}`;
  const { csrfToken } = (await api.request('GET', '/v1/console-session', { key: null, headers: { cookie } })).body;
  const compare = jest.spyOn(crypto, 'timingSafeEqual');
  const change = async (token: string) => {
    const headers = { cookie, 'x-csrf-token': token };
    return (await api.request('POST', '/v1/agents', { key: null, headers, body: {} })).body.code;
  };
  expect(await change(csrfToken)).toBe('validation_failed');
  expect(compare).toHaveBeenLastCalledWith(Buffer.from(csrfToken), Buffer.from(csrfToken));
  const other = 'f'.repeat(csrfToken.length);
  expect(await change(other)).toBe('csrf_failed');
  expect(compare).toHaveBeenLastCalledWith(Buffer.from(other), Buffer.from(csrfToken));
});
