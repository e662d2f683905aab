import { eq, lt } from 'drizzle-orm';
import type { Queryable } from '../client';
import { apiKeys, consoleSessions, signInCodes } from '../schema';
import type { ApiKeyRow } from './api-keys';

export type ConsoleSessionRow = typeof consoleSessions.$inferSelect;

export async function insertConsoleSession(db: Queryable, values: typeof consoleSessions.$inferInsert): Promise<void> {
  await db.insert(consoleSessions).values(values);
}

/** With the key that it acts as. Expired ones are found too; null for an unknown hash. */
export async function findConsoleSession(
  db: Queryable,
  hash: string,
): Promise<{ session: ConsoleSessionRow; key: ApiKeyRow } | null> {
  const [row] = await db
    .select({ session: consoleSessions, key: apiKeys })
    .from(consoleSessions)
    .innerJoin(apiKeys, eq(apiKeys.id, consoleSessions.keyId))
    .where(eq(consoleSessions.hash, hash));
  return row ?? null;
}

export async function deleteConsoleSession(db: Queryable, hash: string): Promise<void> {
  await db.delete(consoleSessions).where(eq(consoleSessions.hash, hash));
}

export async function insertSignInCode(db: Queryable, values: typeof signInCodes.$inferInsert): Promise<void> {
  await db.insert(signInCodes).values(values);
}

/** Uses a code up, so that of two who have it only one gets in. @returns its key; null when it does not work (any more) */
export async function takeSignInCode(db: Queryable, hash: string, now: Date): Promise<ApiKeyRow | null> {
  const [taken] = await db.delete(signInCodes).where(eq(signInCodes.hash, hash)).returning();
  if (!taken || taken.expiresAt <= now) return null;
  const [key] = await db.select().from(apiKeys).where(eq(apiKeys.id, taken.keyId));
  return key ?? null;
}

/** Deletes the sessions and codes that expired before a time. */
export async function purgeSignIns(db: Queryable, before: Date): Promise<void> {
  await db.delete(consoleSessions).where(lt(consoleSessions.expiresAt, before));
  await db.delete(signInCodes).where(lt(signInCodes.expiresAt, before));
}
