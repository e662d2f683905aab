-- What happens to sessions and deliveries becomes rows of stream_events in the same transaction, whoever writes it.
create function stream_session_event() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into stream_events (type, channel_id, session_id, data)
    values ('session.opened', new.channel_id, new.id, jsonb_build_object('conversationId', new.conversation_id));
  elsif old.status is distinct from new.status and new.status = 'ended' then
    insert into stream_events (type, channel_id, session_id, data)
    values ('session.ended', new.channel_id, new.id, jsonb_build_object(
      'conversationId', new.conversation_id, 'endedBy', new.ended_by, 'outcome', new.outcome));
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger sessions_stream after insert or update of status on sessions
  for each row execute function stream_session_event();
--> statement-breakpoint
create function stream_delivery_event() returns trigger language plpgsql as $$
declare
  what jsonb := jsonb_build_object(
    'conversationId', new.conversation_id, 'followupId', new.followup_id, 'status', new.status, 'reason', new.reason);
begin
  if tg_op = 'INSERT' or old.status is distinct from new.status or old.reason is distinct from new.reason then
    insert into stream_events (type, channel_id, session_id, delivery_id, data)
    values ('delivery.' || new.status, new.channel_id, new.session_id, new.id, what);
  end if;
  if tg_op = 'UPDATE' and old.response_at is null and new.response_at is not null then
    insert into stream_events (type, channel_id, session_id, delivery_id, data)
    values ('delivery.responded', new.channel_id, new.session_id, new.id, what || jsonb_build_object('responseAt', new.response_at));
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger deliveries_stream after insert or update of status, reason, response_at on deliveries
  for each row execute function stream_delivery_event();
