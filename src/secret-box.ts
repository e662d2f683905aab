import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps secrets at rest, and makes stable pseudonyms, with the keys of the installation. */
export interface SecretBox {
  /** Encrypts with AES-256-GCM under a fresh nonce. The result is text: `v1.` and base64url. */
  encrypt(plain: string): string;
  /** The inverse of {@link encrypt}. Throws when the text was changed or made with another key. */
  decrypt(box: string): string;
  /** Whether there is an earlier key, so that something may need {@link renew}. */
  readonly readsEarlier: boolean;
  /** Encrypts again what an earlier key encrypted; null when it is this one's already. Throws as {@link decrypt} does. */
  renew(box: string): string | null;
  /**
   * Encrypts and signs bytes for a public place, such as a link: AES-256-GCM under a key of its own for each `purpose`
   * and a fresh nonce. The result is base64url, 28 bytes longer than what it holds.
   */
  seal(purpose: string, plain: Uint8Array): string;
  /** The inverse of {@link seal}; null when the text was not sealed here for this purpose, or was changed. */
  open(purpose: string, sealed: string): Buffer | null;
  /**
   * HMAC-SHA-256 of `value`, 64 hex characters, under a key of its own for each `purpose`. It stays the same when
   * SECRETS_KEY is changed: open sessions are found by it.
   */
  hmac(purpose: string, value: string): string;
}

/** Each of 32 bytes. */
export interface EarlierKeys {
  /** SECRETS_KEY_PREVIOUS: what it encrypted can still be read. */
  previous?: Buffer | null;
  /** PSEUDONYMS_KEY: what pseudonyms are made with, where that is not the key itself any more. */
  pseudonyms?: Buffer | null;
}

const version = 'v1.';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * @param key 32 bytes: SECRETS_KEY
 * @throws RangeError when a key has another length
 */
export function createSecretBox(key: Buffer, { previous = null, pseudonyms = null }: EarlierKeys = {}): SecretBox {
  for (const { length } of [key, previous ?? key, pseudonyms ?? key]) {
    if (length !== 32) throw new RangeError(`A key has ${length} bytes; it must have 32.`);
  }
  // The key of pseudonyms goes into the others. Were it left out or changed by mistake, conversations would silently get
  // new names, and replies miss their sessions; like this no signing secret can be read, and nothing is sent at all.
  const salt = pseudonyms === null || pseudonyms.equals(key) ? '' : pseudonyms;
  const current: Source = { key, salt };
  const readable: Source[] = [current];
  if (previous !== null) readable.push({ key: previous, salt }, { key: previous, salt: '' });
  const encryptionKeys = readable.map((source) => derive(source, 'secrets-at-rest'));
  const encryptionKey = derive(current, 'secrets-at-rest');

  const opened = (box: string): Opened => {
    if (!box.startsWith(version)) throw new Error('This is no text that was encrypted here.');
    const found = openWithAny(encryptionKeys, Buffer.from(box.slice(version.length), 'base64url'));
    if (!found) throw new Error('This text was changed, or encrypted with another SECRETS_KEY or PSEUDONYMS_KEY.');
    return found;
  };
  const encrypt = (plain: string | Buffer) =>
    version + sealWith(encryptionKey, Buffer.from(plain)).toString('base64url');

  return {
    encrypt,
    decrypt: (box) => opened(box).plain.toString(),
    readsEarlier: previous !== null,
    renew(box) {
      const { plain, index } = opened(box);
      return index === 0 ? null : encrypt(plain);
    },
    seal: (purpose, plain) => sealWith(derive(current, `seal/${purpose}`), plain).toString('base64url'),
    open(purpose, sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      // Buffer is lenient; one box is to have one text.
      if (bytes.length < nonceBytes + tagBytes || bytes.toString('base64url') !== sealed) return null;
      return (
        openWithAny(
          readable.map((source) => derive(source, `seal/${purpose}`)),
          bytes,
        )?.plain ?? null
      );
    },
    hmac: (purpose, value) =>
      createHmac('sha256', derive({ key: pseudonyms ?? key, salt: '' }, `hmac/${purpose}`))
        .update(value)
        .digest('hex'),
  };
}

type Source = { key: Buffer; salt: Buffer | '' };

/** One derived key for each use (RFC 5869), so that what is learned of one says nothing of another. */
function derive({ key, salt }: Source, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, `followups/${purpose}`, 32));
}

type Opened = { plain: Buffer /** Of the key that it was sealed with. */; index: number };

function openWithAny(keys: Buffer[], sealed: Buffer): Opened | null {
  for (const [index, key] of keys.entries()) {
    try {
      return { plain: openWith(key, sealed), index };
    } catch {
      // the next one, then
    }
  }
  return null;
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
