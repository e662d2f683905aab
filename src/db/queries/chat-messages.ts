import { and, asc, eq, gt, inArray, lte, type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '../client';
import { channels, chatMessages, deliveries } from '../schema';
import type { StoredConversation } from './sessions';

export type ChatMessageRow = typeof chatMessages.$inferSelect;
export type ChatSurvey = NonNullable<ChatMessageRow['survey']>;
export type ChatConversation = { channelId: string; conversationId: string };
export type NewChatMessage = ChatConversation &
  Pick<ChatMessageRow, 'sender' | 'messageId' | 'text' | 'survey'> & {
    /** When it was sent. */
    at: Date;
  };

type MessageKey = ChatConversation & Pick<ChatMessageRow, 'sender' | 'messageId'>;

/**
 * Writes a message into a transcript. The same sender and id again is the same message: the first one stays.
 *
 * @returns the message as it is kept
 */
export async function insertChatMessage(db: Queryable, message: NewChatMessage): Promise<ChatMessageRow> {
  await db.execute(sql`${insertion(message, sql`true`)} on conflict do nothing`);
  const row = await findChatMessage(db, message);
  if (!row) throw new Error('The message was erased while it was written.');
  return row;
}

/**
 * {@link insertChatMessage} for a followup, in a transaction, as one statement: only while its delivery is being sent,
 * which holds until the end of that transaction. So nothing comes back of a conversation that was erased.
 *
 * @param message its id is that of the delivery
 * @returns false when the delivery is not being sent any more, and nothing was written
 */
export async function insertFollowupMessage(tx: Queryable, message: NewChatMessage): Promise<boolean> {
  const isBeingSent = sql`exists (
    select 1 from ${deliveries} d where d.id = ${message.messageId} and d.status = 'sending' for share)`;
  // The update changes nothing, but tells of the row that was there already.
  const rows = await tx.execute(sql`
    ${insertion(message, isBeingSent)}
    on conflict (channel_id, conversation_id, sender, message_id) do update set message_id = excluded.message_id
    returning sequence`);
  return rows.length === 1;
}

/**
 * Messages of one conversation get their places one after the other, in the order of their commits: who has read up to
 * one has read all before it.
 */
function insertion(message: NewChatMessage, condition: SQL): SQL {
  const { channelId, conversationId, sender, messageId, text } = message;
  const survey = message.survey === null ? null : JSON.stringify(message.survey);
  return sql`
    with turn as materialized (
      select pg_advisory_xact_lock(hashtextextended(${`chat/${channelId}/${conversationId}`}, 0))
    )
    insert into ${chatMessages} (channel_id, conversation_id, sender, message_id, text, survey, at)
    select ${channelId}, ${conversationId}, ${sender}, ${messageId}, ${text}, ${survey}::jsonb,
      ${message.at.toISOString()}::timestamptz
    from turn where ${condition}`;
}

/** null when there is none, or none any more. */
export async function findChatMessage(db: Queryable, key: MessageKey): Promise<ChatMessageRow | null> {
  const [row] = await db
    .select()
    .from(chatMessages)
    .where(
      and(
        eq(chatMessages.channelId, key.channelId),
        eq(chatMessages.conversationId, key.conversationId),
        eq(chatMessages.sender, key.sender),
        eq(chatMessages.messageId, key.messageId),
      ),
    );
  return row ?? null;
}

const ofConversation = ({ channelId, conversationIds }: StoredConversation) =>
  and(eq(chatMessages.channelId, channelId), inArray(chatMessages.conversationId, conversationIds));

/** The next messages after a place, in order. */
export function listChatMessages(
  db: Queryable,
  { channelId, conversationId }: ChatConversation,
  after: number,
  limit: number,
): Promise<ChatMessageRow[]> {
  return db
    .select()
    .from(chatMessages)
    .where(and(ofConversation({ channelId, conversationIds: [conversationId] }), gt(chatMessages.sequence, after)))
    .orderBy(asc(chatMessages.sequence))
    .limit(limit);
}

/** Whether anything is kept of a conversation, up to a place in it. */
export async function hasChatMessages(
  db: Queryable,
  conversation: StoredConversation,
  upTo = Number.MAX_SAFE_INTEGER,
): Promise<boolean> {
  const rows = await db
    .select({ sequence: chatMessages.sequence })
    .from(chatMessages)
    .where(and(ofConversation(conversation), lte(chatMessages.sequence, upTo)))
    .limit(1);
  return rows.length > 0;
}

export async function deleteChatMessages(db: Queryable, conversation: StoredConversation): Promise<void> {
  await db.delete(chatMessages).where(ofConversation(conversation));
}

/**
 * Of conversations that somebody follows: those of which there is nothing more to hear. Their channel was deleted, or of
 * what had been read nothing is there any more.
 *
 * @param read how far each was read; 0: nothing was there
 * @returns their places in `followed`
 */
export async function findGoneChats(
  db: Queryable,
  followed: readonly (ChatConversation & { read: number })[],
): Promise<number[]> {
  const rows = await db.execute<{ index: string }>(sql`
    select f.index from unnest(
      ${sql.param(followed.map(({ channelId }) => channelId))}::text[],
      ${sql.param(followed.map(({ conversationId }) => conversationId))}::text[],
      ${sql.param(followed.map(({ read }) => read))}::bigint[]
    ) with ordinality as f (channel_id, conversation_id, read, index)
    where exists (select 1 from ${channels} c where c.id = f.channel_id and c.deleted_at is not null)
      or (f.read > 0 and not exists (
        select 1 from ${chatMessages} m
        where m.channel_id = f.channel_id and m.conversation_id = f.conversation_id and m.sequence <= f.read))`);
  return rows.map(({ index }) => Number(index) - 1);
}

/**
 * Deletes messages that are older than their channel keeps them, at most `limit`. A followup that is still being sent is
 * left: its row is what keeps it from being written twice.
 *
 * @returns how many went
 */
export async function purgeChatMessages(db: Queryable, now: Date, limit: number): Promise<number> {
  const rows = await db.execute(sql`
    delete from ${chatMessages} where sequence in (
      select old.sequence from ${channels} c cross join lateral (
        select m.sequence from ${chatMessages} m
        where m.channel_id = c.id
          and m.at < ${now.toISOString()}::timestamptz - make_interval(secs => c.transcript_retention_seconds)
          and not exists (
            select 1 from ${deliveries} d where m.sender = 'followup' and d.id = m.message_id and d.status = 'sending')
        limit ${limit}::int
        for update skip locked
      ) old
      limit ${limit}::int
    )
    returning sequence`);
  return rows.length;
}
