import { sql } from 'drizzle-orm';
import type { Db } from '../client';

/** How the service is doing, in numbers of things that ought to be few, or to go on. */
export type ServiceState = {
  openSessions: number;
  /** Of open sessions. */
  queuedDeliveries: number;
  sendingDeliveries: number;
  /** Should have been sent `overdueSeconds` ago or longer, on channels that are not paused. */
  overdueDeliveries: number;
  /** How long ago the oldest of those should have been sent; 0: there is none. */
  oldestOverdueSeconds: number;
  /** The newest attempt of a pending delivery, claimed a minute ago or longer, without a result. */
  unfinishedAttempts: number;
  /** Channels whose plan is newer than what their sessions were told, and since when the first of them is. */
  channelsBehind: number;
  rolloutLagSeconds: number;
  pausedChannels: number;
  /** Channels whose endpoint failed so often in a row that it is only probed. */
  failingChannels: number;
};

/** A send that is later than this is noticed by people. */
const overdueSeconds = 300;
/** An attempt takes 15 seconds at most. */
const attemptSeconds = 60;

/** @param failuresBeforeProbing from how many failures in a row on an endpoint is only probed */
export async function readServiceState(db: Pick<Db, 'execute'>, failuresBeforeProbing: number): Promise<ServiceState> {
  const [row] = await db.execute<Record<keyof ServiceState, string>>(sql`
    with pending as materialized (
      select deliveries.id, deliveries.status, deliveries.channel_id, deliveries.send_at
      from deliveries
      join sessions on sessions.id = deliveries.session_id and sessions.status = 'open'
      where deliveries.status in ('queued', 'sending')
    ), overdue as (
      select pending.send_at
      from pending
      join channels on channels.id = pending.channel_id and channels.paused_at is null
      where pending.send_at < now() - make_interval(secs => ${overdueSeconds})
    ), newest as (
      select distinct on (attempts.delivery_id) attempts.claimed_at, attempts.finished_at
      from pending
      join delivery_attempts as attempts on attempts.delivery_id = pending.id
      order by attempts.delivery_id, attempts.attempt desc
    ), behind as (
      select plan_changed_at from channels where plan_revision > rolled_out_revision
    )
    select
      (select count(*) from sessions where status = 'open') as "openSessions",
      (select count(*) from pending where status = 'queued') as "queuedDeliveries",
      (select count(*) from pending where status = 'sending') as "sendingDeliveries",
      (select count(*) from overdue) as "overdueDeliveries",
      (select coalesce(extract(epoch from now() - min(send_at)), 0) from overdue) as "oldestOverdueSeconds",
      (
        select count(*) from newest
        where finished_at is null and claimed_at < now() - make_interval(secs => ${attemptSeconds})
      ) as "unfinishedAttempts",
      (select count(*) from behind) as "channelsBehind",
      (select coalesce(extract(epoch from now() - min(plan_changed_at)), 0) from behind) as "rolloutLagSeconds",
      (select count(*) from channels where paused_at is not null and deleted_at is null) as "pausedChannels",
      (
        select count(*) from channels
        where consecutive_failures >= ${failuresBeforeProbing} and paused_at is null and deleted_at is null
      ) as "failingChannels"
  `);
  if (!row) throw new Error('PostgreSQL gave no row for the state of the service.');
  const numbers = Object.entries(row).map(([name, value]) => [name, Number(value)]);
  return Object.fromEntries(numbers) as ServiceState;
}
