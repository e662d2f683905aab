-- What is said on web chats becomes rows of stream_events in the same transaction, whoever writes it: never the text, and
-- of no session, since a message may come before its session is opened.
create function stream_chat_event() returns trigger language plpgsql as $$
begin
  insert into stream_events (type, channel_id, session_id, delivery_id, data)
  values ('chat.message', new.channel_id, '',
    case when new.sender = 'followup' and new.message_id like 'dlv\_%' then new.message_id end,
    jsonb_build_object('conversationId', new.conversation_id, 'from', new.sender, 'messageId', new.message_id));
  return null;
end $$;
--> statement-breakpoint
create trigger chat_messages_stream after insert on chat_messages
  for each row execute function stream_chat_event();
