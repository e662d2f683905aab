import { classifyAnswer, gatewayMessageId } from './answers';

test.each([
  ['sent', [200, 201, 202, 204, 299]],
  ['rejected', [400, 413, 422]],
  ['endpoint_gone', [410]],
  ['retry', [101, 301, 302, 303, 307, 308, 401, 403, 404, 405, 408, 409, 418, 425, 429, 500, 502, 503, 504, 599]],
])('%s: %p', (expected, statuses) => {
  for (const status of statuses) expect([status, classifyAnswer(status, '')]).toEqual([status, expected]);
});

test('a conversation that is gone is said with 422 only', () => {
  const body = '{"code":"conversation_gone"}';
  expect(classifyAnswer(422, body)).toBe('conversation_gone');
  expect(classifyAnswer(400, body)).toBe('rejected');
  expect(classifyAnswer(404, body)).toBe('retry');
  expect(classifyAnswer(200, body)).toBe('sent');
});

test.each([
  '',
  '{"code":"other"}',
  '{"code":["conversation_gone"]}',
  '["conversation_gone"]',
  '{"code":"conversation_gone"',
  'null',
])('422 with %p is about the message', (body) => expect(classifyAnswer(422, body)).toBe('rejected'));

test.each([
  ['{"messageId":"wamid.1"}', 'wamid.1'],
  ['{"messageId":"привет 👋","more":1}', 'привет 👋'],
  [`{"messageId":"${'a'.repeat(200)}"}`, 'a'.repeat(200)],
])('the message id in %p', (body, id) => expect(gatewayMessageId(body)).toBe(id));

test.each([
  '',
  'ok',
  'null',
  '[]',
  '"messageId"',
  '{}',
  '{"messageId":""}',
  '{"messageId":7}',
  '{"messageId":null}',
  '{"messageId":{"a":1}}',
  '{"messageId":"a\\u0000b"}',
  '{"messageId":"a\\ud800"}',
  '{"messageId":"cut',
  '{"__proto__":{"messageId":"a"}}',
  `{"messageId":"${'a'.repeat(201)}"}`,
])('no message id in %p', (body) => expect(gatewayMessageId(body)).toBeNull());
