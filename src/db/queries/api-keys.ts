import { createHash } from 'node:crypto';
import { and, eq, exists, isNull, lt, ne, or } from 'drizzle-orm';
import type { Database, Queryable } from '../client';
import { apiKeys, consoleSessions, signInCodes } from '../schema';
import { afterPage, newestFirst, type PageRequest } from './pages';

export type ApiKeyRow = typeof apiKeys.$inferSelect;
export type NewApiKey = typeof apiKeys.$inferInsert;

/** The key that the configuration names has a row of its own, so that setting another one ends the one before. */
export const configuredKeyId = `key_${'0'.repeat(32)}`;

/** SHA-256, hexadecimal: what is stored of a key. */
export const hashOfKey = (plainKey: string): string => createHash('sha256').update(plainKey).digest('hex');

/** So much of a key that it can be recognised, and too little to help anybody guess it. */
export const prefixOfKey = (plainKey: string): string => plainKey.slice(0, 8);

/**
 * Makes the configured admin key (ADMIN_API_KEY) the one that works, in place of the one configured before, whose
 * sessions of the console end. Safe when several processes start at once.
 */
export async function ensureAdminKey(database: Database, plainKey: string): Promise<void> {
  const values = { hash: hashOfKey(plainKey), prefix: prefixOfKey(plainKey), name: 'admin', scope: 'admin' } as const;
  await database.db.transaction(async (tx) => {
    // Who signed in with the key before may have it from whoever it was changed for.
    const replaced = exists(
      tx
        .select({ id: apiKeys.id })
        .from(apiKeys)
        .where(and(eq(apiKeys.id, configuredKeyId), ne(apiKeys.hash, values.hash))),
    );
    for (const table of [consoleSessions, signInCodes]) {
      await tx.delete(table).where(and(eq(table.keyId, configuredKeyId), replaced));
    }
    await tx
      .insert(apiKeys)
      .values({ id: configuredKeyId, ...values })
      .onConflictDoUpdate({
        target: apiKeys.id,
        set: { ...values, revokedAt: null, expiresAt: null, channelIds: null },
      });
  });
}

export async function insertKey(db: Queryable, values: NewApiKey): Promise<ApiKeyRow> {
  const [row] = await db.insert(apiKeys).values(values).returning();
  if (!row) throw new Error('The inserted key did not come back.');
  return row;
}

/** null for an unknown hash. Revoked and expired keys are found too. */
export async function findKeyByHash(db: Queryable, hash: string): Promise<ApiKeyRow | null> {
  const [row] = await db.select().from(apiKeys).where(eq(apiKeys.hash, hash));
  return row ?? null;
}

export async function findKey(db: Queryable, keyId: string): Promise<ApiKeyRow | null> {
  const [row] = await db.select().from(apiKeys).where(eq(apiKeys.id, keyId));
  return row ?? null;
}

export function listKeys(db: Queryable, page: PageRequest): Promise<ApiKeyRow[]> {
  return db
    .select()
    .from(apiKeys)
    .where(afterPage(apiKeys, page.after))
    .orderBy(...newestFirst(apiKeys))
    .limit(page.limit);
}

/** Keeps the time of the first revocation. @returns whether this was it */
export async function revokeKey(db: Queryable, keyId: string, at: Date): Promise<boolean> {
  const revoked = await db
    .update(apiKeys)
    .set({ revokedAt: at, updatedAt: at })
    .where(and(eq(apiKeys.id, keyId), isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id });
  return revoked.length > 0;
}

/** Notes that a key was used, unless that was noted after `unlessAfter` already. */
export async function touchKey(db: Queryable, keyId: string, at: Date, unlessAfter: Date): Promise<void> {
  await db
    .update(apiKeys)
    .set({ lastUsedAt: at })
    .where(and(eq(apiKeys.id, keyId), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, unlessAfter))));
}
