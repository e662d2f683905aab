import { randomBytes } from 'node:crypto';
import { createSecretBox } from './secret-box';

const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const bytes = Buffer.from('sealed');

test('what was encrypted can be read with the same key only, unchanged, and is another text each time', () => {
  const box = createSecretBox(first);
  const text = box.encrypt('hunter2');
  expect(box.decrypt(text)).toBe('hunter2');
  expect(box.encrypt('hunter2')).not.toBe(text);
  expect(text).not.toContain(Buffer.from('hunter2').toString('base64url'));
  for (const other of [`${text.slice(0, -2)}AA`, text.slice(0, 20), 'v1.', text.slice(1)]) {
    expect(() => box.decrypt(other)).toThrow();
  }
  expect(() => createSecretBox(second).decrypt(text)).toThrow('SECRETS_KEY');
});

test('a key of another length is refused', () => {
  expect(() => createSecretBox(randomBytes(16))).toThrow(RangeError);
  expect(() => createSecretBox(first, { previous: randomBytes(31) })).toThrow(RangeError);
  expect(() => createSecretBox(first, { pseudonyms: randomBytes(33) })).toThrow(RangeError);
});

describe('another SECRETS_KEY', () => {
  const before = createSecretBox(first);
  const once = createSecretBox(second, { previous: first, pseudonyms: first });
  const twice = createSecretBox(third, { previous: second, pseudonyms: first });

  test('reads what the one before encrypted and sealed, and encrypts it again', () => {
    for (const [earlier, later] of [
      [before, once],
      [once, twice],
    ] as const) {
      const text = earlier.encrypt('hunter2');
      expect(later.decrypt(text)).toBe('hunter2');
      expect(later.open('links', earlier.seal('links', bytes))).toEqual(bytes);
      const renewed = later.renew(text) ?? '';
      expect(later.decrypt(renewed)).toBe('hunter2');
      expect(later.renew(renewed)).toBeNull();
      expect(() => earlier.decrypt(renewed)).toThrow();
    }
    // The one before the one before is gone.
    expect(() => twice.decrypt(before.encrypt('hunter2'))).toThrow();
    expect(twice.open('links', before.seal('links', bytes))).toBeNull();
  });

  test('leaves pseudonyms as they were', () => {
    const name = before.hmac('conversation', '+34600000000');
    for (const box of [once, twice]) expect(box.hmac('conversation', '+34600000000')).toBe(name);
    expect(createSecretBox(second).hmac('conversation', '+34600000000')).not.toBe(name);
  });

  test('reads nothing when the key of pseudonyms is forgotten or another one', () => {
    const [text, sealed] = [once.encrypt('hunter2'), once.seal('links', bytes)];
    for (const pseudonyms of [null, second, third]) {
      const mistaken = createSecretBox(second, { pseudonyms });
      expect(() => mistaken.decrypt(text)).toThrow('PSEUDONYMS_KEY');
      expect(mistaken.open('links', sealed)).toBeNull();
    }
    expect(createSecretBox(second, { pseudonyms: first }).decrypt(text)).toBe('hunter2');
  });
});
