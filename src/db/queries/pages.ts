import { type AnyColumn, desc, type SQL, sql } from 'drizzle-orm';

/** A page of a list that is ordered by creation, newest first. */
export type PageRequest = {
  /** Rows at most; callers ask for one more than they show, to learn whether there are more. */
  limit: number;
  /** The last row of the page before; null: from the newest on. */
  after: { createdAt: Date; id: string } | null;
};

type Ordered = { createdAt: AnyColumn; id: AnyColumn };

/** Newest first; the id settles what was created in the same millisecond. */
export const newestFirst = (table: Ordered): SQL[] => [desc(table.createdAt), desc(table.id)];

/** The rows after a page. Both columns never change, so no write makes a page skip or repeat a row. */
export function afterPage(table: Ordered, after: PageRequest['after']): SQL | undefined {
  if (after === null) return undefined;
  return sql`(${table.createdAt}, ${table.id}) < (${after.createdAt.toISOString()}::timestamptz, ${after.id})`;
}
