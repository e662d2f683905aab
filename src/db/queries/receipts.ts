import { sql } from 'drizzle-orm';
import type { Queryable } from '../client';

export type ReceiptStatus = 'delivered' | 'read' | 'failed';
export type Receipt = { status: ReceiptStatus; code: string | null; at: string };

/**
 * Notes what a gateway learned later of a delivery, unless more is known already: `read` counts for more than
 * `delivered`, and that for more than `failed`, in whatever order they come. What was delivered was sent: of a delivery
 * whose answer was lost that is now known.
 *
 * @returns the receipt that counts, or null when the delivery was never sent (or is not known)
 */
export async function recordReceipt(
  db: Queryable,
  deliveryId: string,
  { status, code, at }: { status: ReceiptStatus; code: string | null; at: Date },
): Promise<Receipt | null> {
  const rank = (of: ReturnType<typeof sql>) => sql`array_position(array['failed', 'delivered', 'read'], ${of})`;
  const reached = status !== 'failed';
  const rows = await db.execute<{ status: ReceiptStatus; code: string | null; at: string }>(sql`
    with counted as (
      update deliveries set
        receipt_status = ${status}, receipt_code = ${code}::text, receipt_at = ${at.toISOString()}::timestamptz,
        status = case when ${reached}::boolean and status = 'unknown' then 'sent' else status end,
        reason = case when ${reached}::boolean and status = 'unknown' then 'sent' else reason end,
        sent_at = case when ${reached}::boolean and status = 'unknown'
          then coalesce((select max(a.sending_at) from delivery_attempts a where a.delivery_id = ${deliveryId}), send_at)
          else sent_at end,
        updated_at = now()
      where id = ${deliveryId} and status in ('sending', 'sent', 'unknown', 'failed')
        and (receipt_status is null or ${rank(sql`receipt_status`)} < ${rank(sql`${status}::text`)})
      returning receipt_status, receipt_code, receipt_at
    )
    select receipt_status as status, receipt_code as code, receipt_at as at from counted
    union all
    select receipt_status, receipt_code, receipt_at from deliveries
    where id = ${deliveryId} and receipt_status is not null and status in ('sending', 'sent', 'unknown', 'failed')
      and not exists (select 1 from counted)`);
  const [row] = rows;
  return row ? { status: row.status, code: row.code, at: new Date(row.at).toISOString() } : null;
}
