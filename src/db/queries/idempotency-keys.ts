import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Queryable } from '../client';
import { idempotencyKeys } from '../schema';

/** How long an answer is kept. */
export const idempotencyKeptMs = 24 * 3_600_000;
/** A first request that has neither answered nor failed for so long has died: no transaction lasts that long here. */
export const idempotencyDeadAfterMs = 60_000;

/** One attempt at a request: `claimedAt` tells it from another that took the key over. */
export type IdempotentAttempt = { keyId: string; idempotencyKey: string; claimedAt: Date };

export type KeptAnswer = { status: number; headers: Record<string, string>; body: string | null };

export type IdempotencyClaim =
  | { kind: 'claimed' }
  | { kind: 'running' }
  | { kind: 'another_request' }
  | { kind: 'answered'; answer: KeptAnswer };

const ofKey = ({ keyId, idempotencyKey }: Pick<IdempotentAttempt, 'keyId' | 'idempotencyKey'>) =>
  and(eq(idempotencyKeys.keyId, keyId), eq(idempotencyKeys.idempotencyKey, idempotencyKey));

const unansweredBy = (attempt: IdempotentAttempt) =>
  and(ofKey(attempt), eq(idempotencyKeys.createdAt, attempt.claimedAt), isNull(idempotencyKeys.responseStatus));

/** Makes the key this attempt's, or says what became, or is becoming, of the request that had it first. */
export async function claimIdempotencyKey(
  db: Queryable,
  attempt: IdempotentAttempt,
  requestHash: string,
): Promise<IdempotencyClaim> {
  const { keyId, idempotencyKey, claimedAt } = attempt;
  const ago = (ms: number) => new Date(claimedAt.getTime() - ms);
  const values = { requestHash, responseStatus: null, responseHeaders: null, responseBody: null, createdAt: claimedAt };
  const claimed = await db
    .insert(idempotencyKeys)
    .values({ keyId, idempotencyKey, ...values })
    .onConflictDoUpdate({
      target: [idempotencyKeys.keyId, idempotencyKeys.idempotencyKey],
      set: values,
      setWhere: sql`${lt(idempotencyKeys.createdAt, ago(idempotencyKeptMs))} or (
        ${idempotencyKeys.responseStatus} is null
        and ${lt(idempotencyKeys.createdAt, ago(idempotencyDeadAfterMs))}
        and ${eq(idempotencyKeys.requestHash, requestHash)})`,
    })
    .returning({ keyId: idempotencyKeys.keyId });
  if (claimed.length > 0) return { kind: 'claimed' };

  const [row] = await db.select().from(idempotencyKeys).where(ofKey(attempt));
  // The first one failed just now: whoever comes next is the first.
  if (!row) return { kind: 'running' };
  if (row.requestHash !== requestHash) return { kind: 'another_request' };
  if (row.responseStatus === null) return { kind: 'running' };
  return {
    kind: 'answered',
    answer: { status: row.responseStatus, headers: row.responseHeaders ?? {}, body: row.responseBody },
  };
}

/**
 * Keeps the answer, in the transaction of what it tells of: then both are there, or neither.
 *
 * @returns false when the attempt has lost the key to another one, and must not commit
 */
export async function keepIdempotentAnswer(
  tx: Queryable,
  attempt: IdempotentAttempt,
  answer: KeptAnswer,
): Promise<boolean> {
  const kept = await tx
    .update(idempotencyKeys)
    .set({ responseStatus: answer.status, responseHeaders: answer.headers, responseBody: answer.body })
    .where(unansweredBy(attempt))
    .returning({ keyId: idempotencyKeys.keyId });
  return kept.length > 0;
}

/**
 * Gives up the key of an attempt that failed. Where its transaction is still under way, this waits for it: if it commits
 * the answer stays, if not it cannot commit any more.
 */
export async function releaseIdempotencyKey(db: Queryable, attempt: IdempotentAttempt): Promise<void> {
  await db.delete(idempotencyKeys).where(unansweredBy(attempt));
}

/** Deletes some of the answers that were kept for long enough. */
export async function purgeIdempotencyKeys(db: Queryable, now: Date): Promise<void> {
  const before = new Date(now.getTime() - idempotencyKeptMs).toISOString();
  await db.execute(sql`
    delete from idempotency_keys where ctid = any (array(
      select ctid from idempotency_keys where created_at < ${before}::timestamptz limit 1000))`);
}
