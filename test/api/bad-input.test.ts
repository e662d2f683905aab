import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type ApiResponse, type RequestOptions, startTestApi, type TestApi } from '../support/api';
import { agentBody, channelBody, createAgent, createChannel, createFollowup, followupBody } from '../support/things';

let api: TestApi;
let agentId: string;
let channelId: string;
let otherChannelId: string;
let followupId: string;

beforeAll(async () => {
  api = await startTestApi();
  agentId = (await createAgent(api)).id;
  channelId = (await createChannel(api, agentId)).id;
  const otherAgent = await createAgent(api, { name: 'Bob' });
  otherChannelId = (await createChannel(api, otherAgent.id)).id;
  followupId = (await createFollowup(api, [channelId])).id;
});
afterAll(() => api?.stop());

const unknownChannel = `ch_${'0'.repeat(32)}`;
const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString();

const expectField = (response: ApiResponse, path: string, code: string) => {
  expect(response.status).toBe(422);
  expect(response.body.code).toBe('validation_failed');
  const error = response.body.errors.find((each: { path: string }) => each.path === path);
  expect(error).toMatchObject({ path, code });
  expect(error.message).toMatch(/for example|such as/);
};

describe('a followup', () => {
  const body = (fields: object) => followupBody([channelId], fields);
  const without = (field: string) => Object.fromEntries(Object.entries(body({})).filter(([name]) => name !== field));

  test.each<[string, () => unknown, string, string]>([
    ['an unknown field', () => body({ delay: 5 }), 'delay', 'unknown_field'],
    ['no title', () => without('title'), 'title', 'required'],
    ['no channels field', () => without('channelIds'), 'channelIds', 'required'],
    ['a title that is a number', () => body({ title: 5 }), 'title', 'wrong_type'],
    ['a blank title', () => body({ title: ' \n ' }), 'title', 'blank'],
    ['an empty message', () => body({ message: '' }), 'message', 'blank'],
    ['a title over its limit', () => body({ title: 'x'.repeat(121) }), 'title', 'too_long'],
    ['a message over its limit', () => body({ message: 'x'.repeat(4_097) }), 'message', 'too_long'],
    ['a message with U+0000', () => body({ message: 'a\u0000b' }), 'message', 'invalid_text'],
    ['a message with half a character', () => body({ message: 'a\ud800b' }), 'message', 'invalid_text'],
    ['a delay of 0', () => body({ delaySeconds: 0 }), 'delaySeconds', 'too_small'],
    ['a negative delay', () => body({ delaySeconds: -60 }), 'delaySeconds', 'too_small'],
    ['a fractional delay', () => body({ delaySeconds: 1.5 }), 'delaySeconds', 'not_whole'],
    ['a delay over 30 days', () => body({ delaySeconds: 2_592_001 }), 'delaySeconds', 'too_big'],
    ['a huge delay', () => body({ delaySeconds: 1e300 }), 'delaySeconds', 'too_big'],
    ['a delay that is a text', () => body({ delaySeconds: '1800' }), 'delaySeconds', 'wrong_type'],
    ['a delay of null', () => body({ delaySeconds: null }), 'delaySeconds', 'wrong_type'],
    ['an unknown survey type', () => body({ surveyType: 'stars' }), 'surveyType', 'not_allowed'],
    ['an unknown trigger', () => body({ trigger: 'always' }), 'trigger', 'not_allowed'],
    ['an unknown status', () => body({ status: 'paused' }), 'status', 'not_allowed'],
    ['a negative cooldown', () => body({ cooldownSeconds: -1 }), 'cooldownSeconds', 'too_small'],
    ['a lateness of 0', () => body({ maxLatenessSeconds: 0 }), 'maxLatenessSeconds', 'too_small'],
    ['no channel', () => body({ channelIds: [] }), 'channelIds', 'too_short'],
    ['an unknown channel', () => body({ channelIds: [unknownChannel] }), 'channelIds', 'unknown_channel'],
    ['something that is no channel id', () => body({ channelIds: ['chat'] }), 'channelIds[0]', 'invalid_format'],
    [
      'channels of several agents',
      () => body({ channelIds: [channelId, otherChannelId] }),
      'channelIds',
      'several_agents',
    ],
    ['a channel twice', () => body({ channelIds: [channelId, channelId] }), 'channelIds', 'duplicate'],
  ])('with %s', async (_what, makeBody, path, code) => {
    expectField(await api.request('POST', '/v1/followups', { body: makeBody() }), path, code);
  });

  test('stores nothing of what was refused', async () => {
    const { body: list } = await api.request('GET', '/v1/followups');
    expect(list.items.map((item: { id: string }) => item.id)).toEqual([followupId]);
  });

  test('names every field in error at once', async () => {
    const response = await api.request('POST', '/v1/followups', {
      body: body({ title: '', delaySeconds: 0, surveyType: 'stars', colour: 'red' }),
    });
    expect(response.body.errors.map((error: { path: string }) => error.path).sort()).toEqual([
      'colour',
      'delaySeconds',
      'surveyType',
      'title',
    ]);
  });

  test.each([
    ['a list', []],
    ['a text', 'hello'],
    ['null', null],
    ['a number', 5],
  ])('that is %s', async (_what, value) => {
    const response = await api.request('POST', '/v1/followups', { raw: JSON.stringify(value) });
    expectField(response, '', 'wrong_type');
  });

  test.each<[string, unknown, string, string]>([
    ['an unknown field', { delay: 5 }, 'delay', 'unknown_field'],
    ['its id', { id: `flw_${'0'.repeat(32)}` }, 'id', 'unknown_field'],
    ['a delay of 0', { delaySeconds: 0 }, 'delaySeconds', 'too_small'],
    ['no title', { title: null }, 'title', 'required'],
    ['no channel', { channelIds: [] }, 'channelIds', 'too_short'],
    ['an unknown channel', { channelIds: [unknownChannel] }, 'channelIds', 'unknown_channel'],
    ['a list', [], '', 'wrong_type'],
  ])('patched with %s', async (_what, patch, path, code) => {
    expectField(await api.request('PATCH', `/v1/followups/${followupId}`, { body: patch }), path, code);
  });

  test("patched to another agent's channel", async () => {
    const response = await api.request('PATCH', `/v1/followups/${followupId}`, {
      body: { channelIds: [otherChannelId] },
    });
    expectField(response, 'channelIds', 'several_agents');
  });
});

describe('an agent', () => {
  const identity = (fields: object) => agentBody({ identity: { timeZone: 'Europe/Madrid', ...fields } });
  const weekly = (...hours: [string, string][]) =>
    identity({ availability: { mode: 'hours', weekly: hours.map(([from, to]) => ({ day: 'monday', from, to })) } });
  const exception = (date: string) => ({ date, hours: [] });
  const exceptions = (...dates: string[]) =>
    identity({ availability: { mode: 'hours', weekly: [], exceptions: dates.map(exception) } });
  const at = 'identity.availability';

  test.each<[string, unknown, string, string]>([
    ['no identity', { name: 'Ada' }, 'identity', 'required'],
    ['no time zone', { name: 'Ada', identity: {} }, 'identity.timeZone', 'required'],
    ['an unknown field in its identity', identity({ zone: 'x' }), 'identity.zone', 'unknown_field'],
    ...['', 'Mars/Phobos', 'local', 'UTC+3', 'europe madrid'].map((zone): [string, unknown, string, string] => [
      `the zone "${zone}"`,
      identity({ timeZone: zone }),
      'identity.timeZone',
      'unknown_time_zone',
    ]),
    ['an unknown mode', identity({ availability: { mode: 'never' } }), `${at}.mode`, 'not_allowed'],
    ['no weekly hours', identity({ availability: { mode: 'hours' } }), `${at}.weekly`, 'required'],
    ['hours from 25:00', weekly(['25:00', '26:00']), `${at}.weekly[0].from`, 'invalid_time'],
    ['hours from 9:00', weekly(['9:00', '10:00']), `${at}.weekly[0].from`, 'invalid_time'],
    ['hours from 24:00', weekly(['24:00', '10:00']), `${at}.weekly[0].from`, 'invalid_time'],
    ['hours until 24:30', weekly(['09:00', '24:30']), `${at}.weekly[0].to`, 'invalid_time'],
    ['hours without length', weekly(['09:00', '09:00']), `${at}.weekly[0]`, 'empty_hours'],
    ['overlapping hours', weekly(['09:00', '12:00'], ['11:00', '13:00']), `${at}.weekly[1]`, 'overlapping_hours'],
    [
      'a day that is none',
      identity({ availability: { mode: 'hours', weekly: [{ day: 'mon', from: '09:00', to: '17:00' }] } }),
      `${at}.weekly[0].day`,
      'not_allowed',
    ],
    ['a date that is none', exceptions('2026-02-30'), `${at}.exceptions[0].date`, 'invalid_date'],
    ['a date twice', exceptions('2026-12-25', '2026-12-25'), `${at}.exceptions[1].date`, 'duplicate_date'],
    ['an unknown release', agentBody({ queueRelease: 'all' }), 'queueRelease', 'not_allowed'],
    ['a limit of 0 followups', agentBody({ maxFollowupsPerSession: 0 }), 'maxFollowupsPerSession', 'too_small'],
  ])('with %s', async (_what, body, path, code) => {
    expectField(await api.request('POST', '/v1/agents', { body }), path, code);
  });

  test.each(['yesterday', '2026-11-30', '0000-01-01T00:00:00Z', '2026-11-30T09:00:00'])(
    'asked for its availability at %s',
    async (when) => {
      const response = await api.request('GET', `/v1/agents/${agentId}/availability?at=${encodeURIComponent(when)}`);
      expect(response.status).toBe(422);
      expect(response.body.errors[0].path).toBe('at');
    },
  );
});

describe('a channel', () => {
  const body = (fields: object) => channelBody(agentId, fields);
  test.each<[string, () => unknown, string, string]>([
    ['an unknown agent', () => body({ agentId: `agt_${'0'.repeat(32)}` }), 'agentId', 'unknown_agent'],
    ['no endpoint', () => body({ endpoint: null }), 'endpoint', 'required'],
    ['an endpoint that is no URL', () => body({ endpoint: { url: 'gateway' } }), 'endpoint.url', 'invalid_url'],
    ['an endpoint by ftp', () => body({ endpoint: { url: 'ftp://example.com' } }), 'endpoint.url', 'invalid_url'],
    [
      'an endpoint with a user',
      () => body({ endpoint: { url: 'http://a:b@example.com' } }),
      'endpoint.url',
      'invalid_url',
    ],
    [
      'an endpoint that is too long',
      () => body({ endpoint: { url: `http://example.com/${'x'.repeat(2_048)}` } }),
      'endpoint.url',
      'too_long',
    ],
    ['an unknown type', () => body({ type: 'fax' }), 'type', 'not_allowed'],
    ['a session idle time of 0', () => body({ sessionIdleSeconds: 0 }), 'sessionIdleSeconds', 'too_small'],
    ['no session idle time', () => body({ sessionIdleSeconds: null }), 'sessionIdleSeconds', 'wrong_type'],
    ['a rate of 0.5', () => body({ maxSendsPerSecond: 0.5 }), 'maxSendsPerSecond', 'not_whole'],
    ['a signing secret', () => body({ signingSecret: 'whsec_x' }), 'signingSecret', 'unknown_field'],
  ])('with %s', async (_what, makeBody, path, code) => {
    expectField(await api.request('POST', '/v1/channels', { body: makeBody() }), path, code);
  });

  test('patched to another agent', async () => {
    const response = await api.request('PATCH', `/v1/channels/${channelId}`, {
      body: { agentId: `agt_${'0'.repeat(32)}`, hashConversationIds: true },
    });
    expectField(response, 'agentId', 'unchangeable');
    expectField(response, 'hashConversationIds', 'unchangeable');
  });
});

describe('a message', () => {
  const post = (body: unknown, conversationId = 'visitor-1') =>
    api.request('POST', `/v1/channels/${channelId}/conversations/${conversationId}/messages`, { body });

  test.each<[string, unknown, string, string]>([
    ['no id', { from: 'user' }, 'id', 'required'],
    ['an empty id', { id: '', from: 'user' }, 'id', 'too_short'],
    ['a long id', { id: 'x'.repeat(201), from: 'user' }, 'id', 'too_long'],
    ['an unknown sender', { id: '1', from: 'bot' }, 'from', 'not_allowed'],
    ['a text', { id: '1', from: 'user', text: 'hi' }, 'text', 'only_webchat'],
    ['a time of receipt', { id: '1', from: 'user', receivedAt: minutes(0) }, 'receivedAt', 'unknown_field'],
    ['a time that is none', { id: '1', from: 'user', at: 'now' }, 'at', 'invalid_time'],
    ['a time without a zone', { id: '1', from: 'user', at: '2026-11-30T09:00:00' }, 'at', 'invalid_time'],
    ['a time that is a number', { id: '1', from: 'user', at: 1_700_000_000 }, 'at', 'wrong_type'],
    ['an agent more than 5 minutes ahead', { id: '1', from: 'agent', at: minutes(6) }, 'at', 'too_far_ahead'],
    ['an agent more than 7 days ago', { id: '1', from: 'agent', at: minutes(-7 * 1_440 - 1) }, 'at', 'too_old'],
    ['an unknown awaiting', { id: '1', from: 'agent', awaiting: 'bot' }, 'awaiting', 'not_allowed'],
    [
      'an unknown delivery',
      { id: '1', from: 'agent', deliveryId: `dlv_${'0'.repeat(32)}` },
      'deliveryId',
      'unknown_delivery',
    ],
  ])('with %s', async (_what, body, path, code) => {
    expectField(await post(body), path, code);
  });

  test.each(['a b', 'a/b', 'ä', 'x'.repeat(201), 'a%00b', '💥'])('of the conversation %s', async (conversationId) => {
    const response = await post({ id: '1', from: 'user' }, encodeURIComponent(conversationId));
    expectField(response, 'conversationId', 'invalid_format');
  });

  test('of an unknown channel', async () => {
    const path = `/v1/channels/${unknownChannel}/conversations/a/messages`;
    expect((await api.request('POST', path, { body: { id: '1', from: 'user' } })).status).toBe(404);
  });

  test('with an unknown outcome at the end', async () => {
    const path = `/v1/channels/${channelId}/conversations/a/end`;
    expectField(await api.request('POST', path, { body: { outcome: 'won' } }), 'outcome', 'not_allowed');
  });

  test('signals nothing when it is refused', () => {
    expect(api.sessions.messages).toEqual([]);
    expect(api.sessions.ends).toEqual([]);
  });
});

describe('a list', () => {
  test.each<[string, string, string]>([
    ['/v1/agents?limit=0', 'limit', 'too_small'],
    ['/v1/agents?limit=201', 'limit', 'too_big'],
    ['/v1/agents?limit=ten', 'limit', 'wrong_type'],
    ['/v1/agents?limit=1.5', 'limit', 'not_whole'],
    ['/v1/agents?limit=5&limit=6', 'limit', 'wrong_type'],
    ['/v1/agents?page=2', 'page', 'unknown_field'],
    ['/v1/agents?cursor=junk', 'cursor', 'invalid_cursor'],
    [
      `/v1/agents?cursor=${Buffer.from(`0.${'flw_'}${'0'.repeat(32)}`).toString('base64url')}`,
      'cursor',
      'invalid_cursor',
    ],
    ['/v1/followups?status=on', 'status', 'not_allowed'],
    ['/v1/followups?channelId=5', 'channelId', 'invalid_format'],
    ['/v1/followups?q=', 'q', 'blank'],
    ['/v1/sessions?status=closed', 'status', 'not_allowed'],
    ['/v1/sessions?from=2026-12-02T00:00:00Z&to=2026-12-01T00:00:00Z', 'from', 'after_to'],
    ['/v1/deliveries?reason=because', 'reason', 'not_allowed'],
    ['/v1/deliveries?from=0000-01-01T00:00:00Z', 'from', 'out_of_range'],
    ['/v1/deliveries?to=9999-12-31T23:59:59-12:00', 'to', 'out_of_range'],
  ])('%s', async (path, field, code) => {
    expectField(await api.request('GET', path), field, code);
  });

  test('a query with U+0000 is refused or finds nothing, and never fails', async () => {
    const response = await api.request('GET', '/v1/followups?q=%00');
    expect(response.status).toBe(422);
  });
});

describe('a body', () => {
  const post = (options: RequestOptions) => api.request('POST', '/v1/agents', options);
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const json = (type: string): RequestOptions => ({
    body: agentBody(),
    headers: { 'content-type': type },
  });

  test.each<[string, RequestOptions, number, string]>([
    ['malformed JSON', { raw: '{"name": ' }, 400, 'malformed_json'],
    ['JSON with a comment', { raw: '{} // hello' }, 400, 'malformed_json'],
    ['nothing but blanks', { raw: '  ' }, 400, 'malformed_json'],
    ['nothing', {}, 400, 'malformed_json'],
    ['bytes that are no UTF-8', { raw: Buffer.from([0x7b, 0xff, 0x7d]) }, 400, 'malformed_json'],
    ['a key twice', { raw: '{"name": "a", "name": "b"}' }, 400, 'malformed_json'],
    ['a key twice, written differently', { raw: '{"name": "a", "n\\u0061me": "b"}' }, 400, 'malformed_json'],
    ['__proto__', { raw: '{"__proto__": {"admin": true}}' }, 400, 'malformed_json'],
    ['__proto__, written differently', { raw: '{"__pr\\u006fto__": 1}' }, 400, 'malformed_json'],
    ['constructor', { raw: '{"identity": {"constructor": {}}}' }, 400, 'malformed_json'],
    ['33 levels', { raw: nested(33) }, 400, 'malformed_json'],
    ['30,000 levels', { raw: nested(30_000) }, 400, 'malformed_json'],
    ['more than 64 KB', { raw: JSON.stringify({ name: 'x'.repeat(65_536) }) }, 413, 'body_too_large'],
    ['text/plain', json('text/plain'), 415, 'unsupported_media_type'],
    ['a form', json('application/x-www-form-urlencoded'), 415, 'unsupported_media_type'],
    ['a merge patch in a POST', json('application/merge-patch+json'), 415, 'unsupported_media_type'],
    ['another charset', json('application/json; charset=utf-16'), 415, 'unsupported_media_type'],
    ['Latin 1', json('application/json;charset="iso-8859-1"'), 415, 'unsupported_media_type'],
    [
      'gzip',
      { raw: gzipSync(JSON.stringify(agentBody())), headers: { 'content-encoding': 'gzip' } },
      415,
      'unsupported_media_type',
    ],
    ['bad gzip', { raw: 'not gzip', headers: { 'content-encoding': 'gzip' } }, 415, 'unsupported_media_type'],
  ])('of %s', async (_what, options, status, code) => {
    const response = await post(options);
    expect(response.body).toMatchObject({ status, code });
    expect(response.status).toBe(status);
    expect(response.body.detail).not.toBe('');
  });

  test('in UTF-8, said so, is taken', async () => {
    expect((await post(json('application/json; charset=UTF-8'))).status).toBe(201);
  });

  test('of 32 levels is read', async () => {
    expect((await post({ raw: nested(32) })).status).toBe(422);
  });

  test('without an end does not hold the connection for ever', async () => {
    const { hostname, port } = new URL(api.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.end(
          `POST /v1/agents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.adminKey}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na`,
        );
      });
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer === '' || answer.startsWith('HTTP/1.1 400')).toBe(true);
  });
});

describe('a path', () => {
  test.each<[string, string, number, string]>([
    ['GET', '/v1/nothing', 404, 'not_found'],
    ['GET', '/nothing', 404, 'not_found'],
    ['GET', `/v1/agents/agt_${'0'.repeat(32)}`, 404, 'not_found'],
    ['GET', '/v1/agents/42', 404, 'not_found'],
    ['GET', '/v1/agents/%00', 404, 'not_found'],
    ['GET', '/v1/agents/%zz', 400, 'malformed_request'],
    ['GET', `/v1/channels/${'x'.repeat(3_000)}`, 404, 'not_found'],
    ['GET', `/v1/sessions/ses_${'0'.repeat(32)}`, 404, 'not_found'],
    ['GET', `/v1/deliveries/dlv_${'0'.repeat(32)}`, 404, 'not_found'],
    ['GET', `/v1/keys/key_${'1'.repeat(32)}`, 404, 'not_found'],
    ['DELETE', `/v1/keys/key_${'1'.repeat(32)}`, 404, 'not_found'],
    ['DELETE', `/v1/followups/flw_${'0'.repeat(32)}`, 404, 'not_found'],
    ['POST', `/v1/followups/flw_${'0'.repeat(32)}/activate`, 404, 'not_found'],
  ])('%s %s', async (method, path, status, code) => {
    const response = await api.request(method, path);
    expect(response.status).toBe(status);
    expect(response.body).toMatchObject({ status, code, errors: [] });
  });

  test('tells which methods it has', async () => {
    const response = await api.request('PUT', '/v1/agents', { body: {} });
    expect(response.status).toBe(405);
    expect(response.body.code).toBe('method_not_allowed');
    expect(response.headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS');
    const options = await api.request('OPTIONS', '/v1/agents', { key: null });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, GET, HEAD, OPTIONS']);
  });
});

test('no answer tells what it runs on, or repeats a secret', async () => {
  const response = await api.request('GET', '/v1/agents', { key: 'fup_not-a-key-at-all' });
  expect(response.headers.get('x-powered-by')).toBeNull();
  expect(JSON.stringify(response.body)).not.toContain('not-a-key');
});

test('the id of the request is in the header and in the problem', async () => {
  const mine = await api.request('GET', '/v1/nothing', { headers: { 'x-request-id': 'my-request.1' } });
  expect(mine.body.requestId).toBe('my-request.1');
  expect(mine.headers.get('x-request-id')).toBe('my-request.1');
  const other = await api.request('GET', '/v1/nothing', { headers: { 'x-request-id': 'no good' } });
  expect(other.body.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(other.body.requestId).toBe(other.headers.get('x-request-id'));
});
