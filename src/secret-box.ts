import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps secrets at rest, and makes stable pseudonyms, with one key of the installation. */
export interface SecretBox {
  /** Encrypts with AES-256-GCM under a fresh nonce. The result is text: `v1.` and base64url. */
  encrypt(plain: string): string;
  /** The inverse of {@link encrypt}. Throws when the text was changed or made with another key. */
  decrypt(box: string): string;
  /** HMAC-SHA-256 of `value`, 64 hex characters, under a key of its own for each `purpose`. */
  hmac(purpose: string, value: string): string;
}

const version = 'v1.';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * @param key 32 bytes: SECRETS_KEY
 * @throws RangeError when the key has another length
 */
export function createSecretBox(key: Buffer): SecretBox {
  if (key.length !== 32) throw new RangeError(`The key has ${key.length} bytes; it must have 32.`);
  // One derived key for each use (RFC 5869), so that what is learned of one says nothing of another.
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', key, '', `followups/${purpose}`, 32));
  const encryptionKey = derive('secrets-at-rest');

  return {
    encrypt(plain) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', encryptionKey, nonce);
      const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return version + sealed.toString('base64url');
    },
    decrypt(box) {
      if (!box.startsWith(version)) throw new Error('This is no text that was encrypted here.');
      const sealed = Buffer.from(box.slice(version.length), 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', encryptionKey, sealed.subarray(0, nonceBytes));
      decipher.setAuthTag(sealed.subarray(-tagBytes));
      return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString();
    },
    hmac: (purpose, value) =>
      createHmac('sha256', derive(`hmac/${purpose}`))
        .update(value)
        .digest('hex'),
  };
}
