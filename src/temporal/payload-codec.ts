import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';

/** How Temporal's samples mark what is encrypted. */
const encoding = 'binary/encrypted';
const cipherName = 'AES-256-GCM';

const nonceBytes = 12;
const tagBytes = 16;

const text = (value: Uint8Array | null | undefined) => Buffer.from(value ?? []).toString();

/** What stands in the open for a key, so that the right one is found: 16 hexadecimal characters of a hash. */
const idOf = (key: Buffer) =>
  createHash('sha256').update('followups/payload-key').update(key).digest('hex').slice(0, 16);

/**
 * Encrypts what lies in Temporal (AES-256-GCM, a fresh nonce each, Temporal's own payload inside) with the first key, and
 * decrypts with whichever key it was. What is not encrypted is read as it is, so that this can be switched on while
 * sessions are open.
 *
 * Never throws: what cannot be decrypted stays as it is, and becomes what the workflow's converter makes of something
 * that nobody can read. Anybody may signal anything, and one bad signal must not wedge a session.
 *
 * @param keys of 32 bytes, the newest first, at least one
 */
export function createPayloadCodec(keys: readonly Buffer[]): PayloadCodec {
  const known = new Map(keys.map((key) => [idOf(key), key]));
  const [newest] = known;
  if (newest === undefined) throw new RangeError('A payload codec needs a key.');
  const [newestId, newestKey] = newest;

  const seal = (payload: Payload): Payload => {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', newestKey, nonce);
    const plain = temporal.api.common.v1.Payload.encode(payload).finish();
    return {
      metadata: {
        encoding: Buffer.from(encoding),
        'encryption-cipher': Buffer.from(cipherName),
        'encryption-key-id': Buffer.from(newestId),
      },
      data: Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]),
    };
  };

  const open = (payload: Payload): Payload => {
    if (text(payload.metadata?.encoding) !== encoding) return payload;
    const key = known.get(text(payload.metadata?.['encryption-key-id']));
    if (key === undefined) return payload;
    try {
      const sealed = Buffer.from(payload.data ?? []);
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAuthTag(sealed.subarray(-tagBytes));
      const plain = Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
      return temporal.api.common.v1.Payload.decode(plain);
    } catch {
      return payload;
    }
  };

  return {
    encode: async (payloads) => payloads.map(seal),
    decode: async (payloads) => payloads.map(open),
  };
}

/**
 * How client and worker turn values into what lies in Temporal: encrypted where there are keys, messages and stack traces
 * of failures as well.
 */
export function dataConverterWith(keys: readonly Buffer[]): DataConverter {
  if (keys.length === 0) return {};
  return {
    payloadCodecs: [createPayloadCodec(keys)],
    failureConverterPath: require.resolve('./encoding-failure-converter'),
  };
}
