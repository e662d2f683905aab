import { randomBytes } from 'node:crypto';
import type { Database } from '../../db/client';
import { hashOfKey } from '../../db/queries/api-keys';
import { insertSignInCode } from '../../db/queries/console-sessions';

/** How long somebody who has just started the service has for opening the link. */
const signInCodeMs = 900_000;

/** 32 random bytes, base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/**
 * Makes a code that signs somebody in, once, within 15 minutes. Only its hash is stored.
 *
 * @param keyId the key that they then act as
 */
export async function createSignInCode(database: Pick<Database, 'db'>, keyId: string): Promise<string> {
  const code = newSecret();
  const expiresAt = new Date(Date.now() + signInCodeMs);
  await insertSignInCode(database.db, { hash: hashOfKey(code), keyId, expiresAt });
  return code;
}
