CREATE TABLE "delivery_count_changes" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"followup_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"date" text NOT NULL,
	"kind" text NOT NULL,
	"value" integer NOT NULL,
	"change" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "delivery_counts" (
	"followup_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"date" text NOT NULL,
	"sent" integer NOT NULL,
	"unknown" integer NOT NULL,
	"responded" integer NOT NULL,
	"resolved" integer NOT NULL,
	"unresolved" integer NOT NULL,
	"responses" integer[],
	"csat" integer[],
	"nps" integer[],
	"ces" integer[],
	"thumbs" integer[],
	CONSTRAINT "delivery_counts_followup_id_channel_id_date_pk" PRIMARY KEY("followup_id","channel_id","date")
);
--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "sent_on" text;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "response_ms" bigint;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "session_outcome" text;--> statement-breakpoint
CREATE INDEX "delivery_counts_channel" ON "delivery_counts" USING btree ("channel_id","date");--> statement-breakpoint
CREATE INDEX "deliveries_responses" ON "deliveries" USING btree ("followup_id","response_ms","sent_on","channel_id") WHERE "deliveries"."status" = 'sent' and "deliveries"."response_ms" is not null;--> statement-breakpoint
-- Few rows for a short time: without this the dead ones outnumber the living.
ALTER TABLE "delivery_count_changes" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
--> statement-breakpoint
-- Where the classes of response times begin, in milliseconds: each 41 % above the one before, up to more than a year.
create function response_floors() returns bigint[] language sql immutable parallel safe as $$
  select array[0,1000,1414,2000,2828,4000,5656,8000,11313,16000,22627,32000,45254,64000,90509,128000,181019,256000,362038,
    512000,724077,1024000,1448154,2048000,2896309,4096000,5792618,8192000,11585237,16384000,23170475,32768000,46340950,
    65536000,92681900,131072000,185363800,262144000,370727600,524288000,741455200,1048576000,1482910400,2097152000,
    2965820800,4194304000,5931641601,8388608000,11863283203,16777216000,23726566406,33554432000]::bigint[] $$;
--> statement-breakpoint
-- The class of a response time, from 1 on.
create function response_bucket(ms bigint) returns integer language sql immutable parallel safe as $$
  select width_bucket(ms, response_floors()) $$;
--> statement-breakpoint
-- Counting must never be what a send fails by: a zone that this PostgreSQL does not know counts as UTC.
create function date_at_agent(agent text, instant timestamptz) returns text language plpgsql stable as $$
declare zone text;
begin
  select time_zone into zone from agents where id = agent;
  return to_char(instant at time zone coalesce(zone, 'UTC'), 'YYYY-MM-DD');
exception when invalid_parameter_value then
  return to_char(instant at time zone 'UTC', 'YYYY-MM-DD');
end $$;
--> statement-breakpoint
-- What a delivery counts for becomes columns of its own row, so that it can be taken back exactly as it was given.
create function prepare_delivery_counts() returns trigger language plpgsql as $$
declare
  sent timestamptz := coalesce(new.sent_at, new.send_at);
begin
  if tg_op = 'INSERT' then
    new.session_outcome := (select outcome from sessions where id = new.session_id);
  end if;
  if new.status not in ('sent', 'unknown') then
    new.sent_on := null;
    new.response_ms := null;
    return new;
  end if;
  if new.sent_on is null or tg_op = 'INSERT' or sent is distinct from coalesce(old.sent_at, old.send_at) then
    new.sent_on := date_at_agent(new.agent_id, sent);
  end if;
  -- A send that was found out late may be noted after its response.
  new.response_ms := case when new.response_at is not null
    then greatest(0, extract(epoch from new.response_at - sent) * 1000)::bigint end;
  return new;
end $$;
--> statement-breakpoint
create trigger deliveries_prepare_counts
  before insert or update of status, sent_at, send_at, response_at on deliveries
  for each row execute function prepare_delivery_counts();
--> statement-breakpoint
-- What one delivery counts for; of a row that is not there, nothing.
create function counts_of(d deliveries) returns table (followup_id text, channel_id text, date text, kind text, value integer)
language sql immutable as $$
  select d.followup_id, d.channel_id, d.sent_on, k.kind, k.value
  from (
    select d.status as kind, 0 as value
    union all select 'responded', response_bucket(d.response_ms) where d.status = 'sent' and d.response_ms is not null
    union all select d.session_outcome, 0 where d.status = 'sent' and d.session_outcome is not null
    union all select d.survey_type, d.survey_score where d.survey_type is not null and d.survey_score is not null
  ) k
  where d.sent_on is not null $$;
--> statement-breakpoint
create function count_delivery() returns trigger language plpgsql as $$
begin
  insert into delivery_count_changes (followup_id, channel_id, date, kind, value, change)
  select c.followup_id, c.channel_id, c.date, c.kind, c.value, sum(c.change)
  from (
    select *, -1 as change from counts_of(old) union all select *, 1 from counts_of(new)
  ) c
  group by 1, 2, 3, 4, 5
  having sum(c.change) <> 0;
  return null;
end $$;
--> statement-breakpoint
create trigger deliveries_count
  after insert or delete or update of status, sent_at, send_at, response_at, survey_type, survey_score, session_outcome
  on deliveries for each row execute function count_delivery();
--> statement-breakpoint
create function pass_on_outcome() returns trigger language plpgsql as $$
begin
  update deliveries set session_outcome = new.outcome
  where session_id = new.id and session_outcome is distinct from new.outcome;
  return null;
end $$;
--> statement-breakpoint
create trigger sessions_pass_on_outcome after update of outcome on sessions
  for each row when (old.outcome is distinct from new.outcome) execute function pass_on_outcome();
--> statement-breakpoint
-- The sum of two rows of counts, place by place.
create function add_counts(one integer[], other integer[]) returns integer[] language sql immutable as $$
  select case when one is null then other when other is null then one else
    array(select coalesce(a, 0) + coalesce(b, 0) from unnest(one, other) with ordinality as pair(a, b, place) order by place)
  end $$;
--> statement-breakpoint
-- What was there before is counted by the triggers.
update deliveries d set session_outcome = s.outcome, status = d.status from sessions s where s.id = d.session_id;
