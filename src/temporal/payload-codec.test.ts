import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { payloadConverter, requireDecoded, undecodable } from '../workflows/payload-converter';
import { createPayloadCodec, dataConverterWith } from './payload-codec';

const [older, newer] = [randomBytes(32), randomBytes(32)];
const value = { conversationId: '+34600000000' };
const plain = defaultPayloadConverter.toPayload(value);
const read = (payload: Payload | undefined) => payload && defaultPayloadConverter.fromPayload(payload);
const keyIdOf = ({ metadata }: Payload = {}) => Buffer.from(metadata?.['encryption-key-id'] ?? []).toString();

async function encrypted(key = older): Promise<Payload> {
  const [payload] = await createPayloadCodec([key]).encode([plain]);
  if (!payload) throw new Error('nothing was encoded');
  return payload;
}

test('what is encoded shows nothing of what it holds, is another each time, and is decoded again', async () => {
  const codec = createPayloadCodec([newer, older]);
  const [one, other] = await codec.encode([plain, plain]);
  expect(Buffer.from(one?.data ?? []).toString('latin1')).not.toMatch(/conversationId|json/);
  expect(one?.data).not.toEqual(other?.data);
  expect((await codec.decode([one, other].flatMap((payload) => payload ?? []))).map(read)).toEqual([value, value]);
  expect(await codec.encode([])).toEqual([]);
});

test('the newest key encrypts, and each that is known decrypts', async () => {
  const both = createPayloadCodec([newer, older]);
  const [byNewest] = await both.encode([plain]);
  expect(keyIdOf(byNewest)).toBe(keyIdOf(await encrypted(newer)));
  expect(keyIdOf(byNewest)).not.toBe(keyIdOf(await encrypted(older)));
  expect(Object.values(byNewest?.metadata ?? {}).join()).not.toContain(newer.toString('base64'));
  for (const payload of [await encrypted(older), await encrypted(newer)]) {
    expect(read((await both.decode([payload]))[0])).toEqual(value);
  }
});

test('what was never encrypted is read as it is', async () => {
  expect(await createPayloadCodec([newer]).decode([plain, {}])).toEqual([plain, {}]);
});

test('what cannot be decrypted stays as it is, and the workflow sets it aside', async () => {
  const payload = await encrypted(older);
  const data = Buffer.from(payload.data ?? []);
  const changed = Buffer.from(data);
  changed[20] = (changed[20] ?? 0) ^ 1;
  const bad: Payload[] = [
    await encrypted(newer),
    ...[changed, data.subarray(0, 27), Buffer.alloc(0), null].map((each) => ({ ...payload, data: each })),
    { ...payload, metadata: { encoding: Buffer.from('binary/encrypted') } },
  ];
  const decoded = await createPayloadCodec([older]).decode(bad);
  expect(decoded).toEqual(bad);
  for (const each of decoded) expect(payloadConverter.fromPayload(each)).toEqual(undecodable);
});

test('what a run needs to go on is not set aside', async () => {
  const activity = { type: 'activity', namespace: 'default', isLocal: true } as const;
  expect(() => payloadConverter.fromPayload(awaited, activity)).toThrow();
  expect(() => requireDecoded(payloadConverter.fromPayload(awaited))).toThrow('PAYLOAD_KEYS');
  for (const given of [undefined, null, 'text', value]) expect(requireDecoded(given)).toBe(given);
});
let awaited: Payload;
beforeAll(async () => {
  awaited = await encrypted();
});

test('without keys nothing is encrypted', () => {
  expect(dataConverterWith([])).toEqual({});
  expect(() => createPayloadCodec([])).toThrow(RangeError);
});
