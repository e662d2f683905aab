CREATE INDEX "deliveries_pending" ON "deliveries" USING btree ("followup_id") WHERE "deliveries"."status" in ('queued', 'sending');--> statement-breakpoint
CREATE INDEX "deliveries_gateway_message" ON "deliveries" USING btree ("gateway_message_id") WHERE "deliveries"."gateway_message_id" is not null;--> statement-breakpoint
-- What is sent on a playground has no date of sending, and so counts for nothing.
create or replace function prepare_delivery_counts() returns trigger language plpgsql as $$
declare
  sent timestamptz := coalesce(new.sent_at, new.send_at);
begin
  if tg_op = 'INSERT' then
    new.session_outcome := (select outcome from sessions where id = new.session_id);
  end if;
  if new.status not in ('sent', 'unknown') or (select playground from channels where id = new.channel_id) then
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
