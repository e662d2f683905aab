import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { and, eq, isNull } from 'drizzle-orm';
import type { Config } from '../config';
import type { Database } from '../db/client';
import { ensureAdminKey } from '../db/queries/api-keys';
import { apiKeys } from '../db/schema';
import { adminKeyPath, readOrMakeAdminKey } from '../embedded/secrets-files';

/**
 * Makes sure that somebody can administer the service: with ADMIN_API_KEY, or else a key that is generated into DATA_DIR.
 * Where the database has an admin key already and DATA_DIR none, as on the second of several APIs, none is generated.
 *
 * @returns where the key is found, in words for people
 */
export async function provideAdminKey(config: Config, database: Database): Promise<string> {
  if (config.adminApiKey !== null) {
    await ensureAdminKey(database, config.adminApiKey);
    return 'the value of ADMIN_API_KEY';
  }
  const path = adminKeyPath(config.dataDir);
  if (!existsSync(path) && (await hasAdminKey(database))) return 'as given before (set ADMIN_API_KEY for another)';
  await ensureAdminKey(database, readOrMakeAdminKey(config.dataDir));
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}

async function hasAdminKey(database: Database): Promise<boolean> {
  const [found] = await database.db
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(and(eq(apiKeys.scope, 'admin'), isNull(apiKeys.revokedAt)))
    .limit(1);
  return found !== undefined;
}
