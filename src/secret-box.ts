import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps secrets at rest, and makes stable pseudonyms, with one key of the installation. */
export interface SecretBox {
  /** Encrypts with AES-256-GCM under a fresh nonce. The result is text: `v1.` and base64url. */
  encrypt(plain: string): string;
  /** The inverse of {@link encrypt}. Throws when the text was changed or made with another key. */
  decrypt(box: string): string;
  /**
   * Encrypts and signs bytes for a public place, such as a link: AES-256-GCM under a key of its own for each `purpose`
   * and a fresh nonce. The result is base64url, 28 bytes longer than what it holds.
   */
  seal(purpose: string, plain: Uint8Array): string;
  /** The inverse of {@link seal}; null when the text was not sealed here for this purpose, or was changed. */
  open(purpose: string, sealed: string): Buffer | null;
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
    encrypt: (plain) => version + sealWith(encryptionKey, Buffer.from(plain)).toString('base64url'),
    decrypt(box) {
      if (!box.startsWith(version)) throw new Error('This is no text that was encrypted here.');
      return openWith(encryptionKey, Buffer.from(box.slice(version.length), 'base64url')).toString();
    },
    seal: (purpose, plain) => sealWith(derive(`seal/${purpose}`), plain).toString('base64url'),
    open(purpose, sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      // Buffer is lenient; one box is to have one text.
      if (bytes.length < nonceBytes + tagBytes || bytes.toString('base64url') !== sealed) return null;
      try {
        return openWith(derive(`seal/${purpose}`), bytes);
      } catch {
        return null;
      }
    },
    hmac: (purpose, value) =>
      createHmac('sha256', derive(`hmac/${purpose}`))
        .update(value)
        .digest('hex'),
  };
}

/** @returns nonce, ciphertext, tag */
function sealWith(key: Buffer, plain: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws when it was changed or made with another key */
function openWith(key: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
}
