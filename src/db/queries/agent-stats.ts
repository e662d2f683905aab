import { sql } from 'drizzle-orm';
import type { Queryable } from '../client';

/** What was sent of a followup on one day, in the time zone that the agent had then. */
export type SentOnDay = { date: string; sent: number; responded: number };

export type FollowupCounts = {
  followupId: string;
  sent: number;
  unknown: number;
  responded: number;
  /** The oldest first; days without a send are left out. */
  daily: SentOnDay[];
};

/**
 * Counts what was sent of each followup of an agent that is not deleted, in the order of their creation: what is folded,
 * what is not folded yet, and what erased conversations had counted for, in one statement, and so of one moment.
 *
 * @param range dates, both included
 */
export async function readAgentCounts(
  db: Queryable,
  agentId: string,
  range: { from: string; to: string },
): Promise<FollowupCounts[]> {
  const within = sql`followup_id in (select id from mine) and date between ${range.from} and ${range.to}`;
  return db.execute<FollowupCounts>(sql`
    with mine as materialized (
      select id, sequence from followups where agent_id = ${agentId} and deleted_at is null
    ), counted as (
      select followup_id, date, sent, unknown, responded from delivery_counts where ${within}
      union all
      select followup_id, date, case kind when 'sent' then change else 0 end, case kind when 'unknown' then change else 0 end,
        case kind when 'responded' then change else 0 end
      from delivery_count_changes where ${within} and kind in ('sent', 'unknown', 'responded')
      union all
      select followup_id, date, sent, 0, responded from erased_counts where ${within}
    ), days as (
      select followup_id, date, sum(sent)::int as sent, sum(unknown)::int as unknown, sum(responded)::int as responded
      from counted group by 1, 2
    )
    select mine.id as "followupId", coalesce(sum(d.sent), 0)::int as sent, coalesce(sum(d.unknown), 0)::int as unknown,
      coalesce(sum(d.responded), 0)::int as responded,
      coalesce(json_agg(json_build_object('date', d.date, 'sent', d.sent, 'responded', d.responded) order by d.date)
        filter (where d.sent > 0), '[]') as daily
    from mine left join days d on d.followup_id = mine.id
    group by mine.id, mine.sequence order by mine.sequence`);
}
