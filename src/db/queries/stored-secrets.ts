import { and, asc, eq, gt, isNotNull, sql } from 'drizzle-orm';
import type { Queryable } from '../client';
import { channels, idempotencyKeys } from '../schema';

/** A page of what is kept encrypted. */
const pageSize = 500;

export type StoredSigningSecrets = Pick<
  typeof channels.$inferSelect,
  'id' | 'signingSecret' | 'previousSigningSecret' | 'deletedAt'
>;

/** The signing secrets of channels, encrypted, in the order of their ids. @param afterId null: from the first on */
export function pageOfSigningSecrets(db: Queryable, afterId: string | null): Promise<StoredSigningSecrets[]> {
  return db
    .select({
      id: channels.id,
      signingSecret: channels.signingSecret,
      previousSigningSecret: channels.previousSigningSecret,
      deletedAt: channels.deletedAt,
    })
    .from(channels)
    .where(afterId === null ? undefined : gt(channels.id, afterId))
    .orderBy(asc(channels.id))
    .limit(pageSize);
}

/** Puts secrets in the place of others, unless somebody has rotated them meanwhile. @returns whether it did */
export async function replaceSigningSecrets(
  db: Queryable,
  before: StoredSigningSecrets,
  after: Partial<Pick<StoredSigningSecrets, 'signingSecret' | 'previousSigningSecret'>>,
): Promise<boolean> {
  const replaced = await db
    .update(channels)
    .set(after)
    .where(
      and(
        eq(channels.id, before.id),
        eq(channels.signingSecret, before.signingSecret),
        sql`${channels.previousSigningSecret} is not distinct from ${before.previousSigningSecret}`,
      ),
    )
    .returning({ id: channels.id });
  return replaced.length > 0;
}

export type StoredAnswer = { keyId: string; idempotencyKey: string; body: string };

/** The answers that are kept for repeated requests, encrypted, in the order of their keys. */
export async function pageOfAnswers(
  db: Queryable,
  after: Pick<StoredAnswer, 'keyId' | 'idempotencyKey'> | null,
): Promise<StoredAnswer[]> {
  const { keyId, idempotencyKey, responseBody } = idempotencyKeys;
  const rows = await db
    .select({ keyId, idempotencyKey, body: responseBody })
    .from(idempotencyKeys)
    .where(
      and(
        isNotNull(responseBody),
        after === null ? undefined : sql`(${keyId}, ${idempotencyKey}) > (${after.keyId}, ${after.idempotencyKey})`,
      ),
    )
    .orderBy(asc(keyId), asc(idempotencyKey))
    .limit(pageSize);
  return rows.flatMap(({ body, ...row }) => (body === null ? [] : [{ ...row, body }]));
}

/** Puts an answer in the place of the same one, unless it was given up meanwhile. @returns whether it did */
export async function replaceAnswer(db: Queryable, before: StoredAnswer, body: string): Promise<boolean> {
  const replaced = await db
    .update(idempotencyKeys)
    .set({ responseBody: body })
    .where(
      and(
        eq(idempotencyKeys.keyId, before.keyId),
        eq(idempotencyKeys.idempotencyKey, before.idempotencyKey),
        eq(idempotencyKeys.responseBody, before.body),
      ),
    )
    .returning({ keyId: idempotencyKeys.keyId });
  return replaced.length > 0;
}
