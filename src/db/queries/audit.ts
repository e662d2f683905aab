import { and, desc, eq, gte, inArray, lt } from 'drizzle-orm';
import type { Queryable } from '../client';
import { auditEntries } from '../schema';

export type AuditRow = typeof auditEntries.$inferSelect;
export type NewAuditEntry = typeof auditEntries.$inferInsert;
export type AuditKind = AuditRow['kind'];

/** Appends an entry, in the transaction of the change that it tells of. */
export async function insertAuditEntry(tx: Queryable, entry: NewAuditEntry): Promise<void> {
  await tx.insert(auditEntries).values(entry);
}

export type AuditFilter = {
  kind?: AuditKind | undefined;
  /** One of these names of one thing. */
  thingIds?: string[] | undefined;
  keyId?: string | undefined;
  /** Then or later. */
  from?: Date | undefined;
  /** Before. */
  to?: Date | undefined;
};

/** Newest first. Ids only rise, and entries never change, so no write makes a page skip or repeat one. */
export function listAuditEntries(
  db: Queryable,
  filter: AuditFilter,
  page: { limit: number; beforeId: number | null },
): Promise<AuditRow[]> {
  return db
    .select()
    .from(auditEntries)
    .where(
      and(
        filter.kind === undefined ? undefined : eq(auditEntries.kind, filter.kind),
        filter.thingIds === undefined ? undefined : inArray(auditEntries.thingId, filter.thingIds),
        filter.keyId === undefined ? undefined : eq(auditEntries.keyId, filter.keyId),
        filter.from === undefined ? undefined : gte(auditEntries.at, filter.from),
        filter.to === undefined ? undefined : lt(auditEntries.at, filter.to),
        page.beforeId === null ? undefined : lt(auditEntries.id, page.beforeId),
      ),
    )
    .orderBy(desc(auditEntries.id))
    .limit(page.limit);
}
