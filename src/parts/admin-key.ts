import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { and, eq, gt, isNull, or } from 'drizzle-orm';
import type { Config } from '../config';
import type { Database } from '../db/client';
import { configuredKeyId, ensureAdminKey } from '../db/queries/api-keys';
import { apiKeys } from '../db/schema';
import { adminKeyPath, readOrMakeAdminKey } from '../embedded/secrets-files';

/**
 * Makes sure that somebody can administer the service: with ADMIN_API_KEY, or else a key that is generated into DATA_DIR.
 * Where the database has an admin key already and DATA_DIR none, as on the second of several APIs, none is generated.
 *
 * @returns the key, and where it is found, in words for people
 */
export async function provideAdminKey(config: Config, database: Database): Promise<{ keyId: string; where: string }> {
  if (config.adminApiKey !== null) {
    await ensureAdminKey(database, config.adminApiKey);
    return { keyId: configuredKeyId, where: 'the value of ADMIN_API_KEY' };
  }
  const path = adminKeyPath(config.dataDir);
  const given = existsSync(path) ? null : await findAdminKey(database);
  if (given !== null) return { keyId: given, where: 'as given before (set ADMIN_API_KEY for another)' };
  await ensureAdminKey(database, readOrMakeAdminKey(config.dataDir));
  const fromHere = relative(process.cwd(), path);
  return { keyId: configuredKeyId, where: fromHere.startsWith('..') ? path : fromHere };
}

/** @returns the id of one that works; null where there is none */
async function findAdminKey(database: Database): Promise<string | null> {
  const [found] = await database.db
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.scope, 'admin'),
        isNull(apiKeys.revokedAt),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, new Date())),
      ),
    )
    .limit(1);
  return found?.id ?? null;
}
