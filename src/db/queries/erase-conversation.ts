import { and, eq, inArray, lt, or, sql } from 'drizzle-orm';
import type { Db, Queryable } from '../client';
import {
  channels,
  decisions,
  deliveries,
  deliveryAttempts,
  erasedRuns,
  optOuts,
  sessions,
  silences,
  streamEvents,
} from '../schema';
import { deleteChatMessages, hasChatMessages } from './chat-messages';
import { deleteOptOut } from './opt-outs';
import type { StoredConversation } from './sessions';

/** What the database knows of a conversation. */
export type KnownConversation = {
  sessionIds: string[];
  /** The first runs of the chains that its open sessions are carried by. */
  openFirstRunIds: string[];
  runIds: string[];
  optedOut: boolean;
  /** Something was said in it on a web chat. */
  chatted: boolean;
};

const ofConversation = ({ channelId, conversationIds }: StoredConversation) =>
  and(eq(sessions.channelId, channelId), inArray(sessions.conversationId, conversationIds));

export async function findConversation(db: Queryable, conversation: StoredConversation): Promise<KnownConversation> {
  const rows = await db
    .select({
      id: sessions.id,
      status: sessions.status,
      openedByRunId: sessions.openedByRunId,
      firstRunId: sessions.firstRunId,
      runId: sessions.runId,
    })
    .from(sessions)
    .where(ofConversation(conversation));
  const [optedOut] = await db
    .select({ channelId: optOuts.channelId })
    .from(optOuts)
    .where(
      and(eq(optOuts.channelId, conversation.channelId), inArray(optOuts.conversationId, conversation.conversationIds)),
    );
  return {
    sessionIds: rows.map(({ id }) => id),
    openFirstRunIds: rows.filter(({ status }) => status === 'open').map(({ firstRunId }) => firstRunId),
    runIds: [...new Set(rows.flatMap((row) => [row.openedByRunId, row.firstRunId, row.runId]))],
    optedOut: optedOut !== undefined,
    chatted: await hasChatMessages(db, conversation),
  };
}

/**
 * Says of chains of runs that they are to open no session any more. One that is being opened is waited for: after this
 * its row is there, and later ones are not made.
 */
export async function forbidSessions(db: Db, channelId: string, firstRunIds: string[]): Promise<void> {
  if (firstRunIds.length === 0) return;
  await db.transaction(async (tx) => {
    // Whoever opens a session holds this row in share while doing so.
    await tx.select({ id: channels.id }).from(channels).where(eq(channels.id, channelId)).for('update');
    await tx
      .insert(erasedRuns)
      .values(firstRunIds.map((firstRunId) => ({ firstRunId })))
      .onConflictDoNothing();
  });
}

/** Whether a chain of runs is to open no session any more. */
export async function isErased(db: Queryable, firstRunId: string): Promise<boolean> {
  const rows = await db
    .select({ firstRunId: erasedRuns.firstRunId })
    .from(erasedRuns)
    .where(eq(erasedRuns.firstRunId, firstRunId));
  return rows.length > 0;
}

/** Forgets chains of runs that ended so long ago that none of them can be opening a session. */
export async function forgetErasedRuns(db: Queryable, before: Date): Promise<void> {
  await db.delete(erasedRuns).where(lt(erasedRuns.createdAt, before));
}

/**
 * Erases the rows of a conversation in one transaction, and keeps what they had counted for. Only these sessions, and
 * those that the ended chains of runs have opened since: one that was begun by a later message stays.
 *
 * @param within is called in the same transaction, with what is written there
 */
export async function eraseConversationRows(
  db: Db,
  conversation: StoredConversation,
  { sessionIds, firstRunIds }: { sessionIds: string[]; firstRunIds: string[] },
  within: (tx: Queryable) => Promise<void>,
): Promise<void> {
  await db.transaction(async (tx) => {
    // With the rows of the sessions locked nobody writes a delivery, an attempt or a decision that refers to them.
    const locked = await tx
      .select({ id: sessions.id })
      .from(sessions)
      .where(
        and(
          ofConversation(conversation),
          or(inArray(sessions.id, ['', ...sessionIds]), inArray(sessions.firstRunId, ['', ...firstRunIds])),
        ),
      )
      .orderBy(sessions.id)
      .for('update');
    const ids = locked.map(({ id }) => id);
    await deleteOptOut(tx, conversation.channelId, conversation.conversationIds);
    if (ids.length > 0) await eraseSessions(tx, ids);
    await deleteChatMessages(tx, conversation);
    // Last, so that it sees the events of whoever held the rows before.
    await deleteEvents(tx, conversation, ids);
    await within(tx);
  });
}

async function eraseSessions(tx: Queryable, sessionIds: string[]): Promise<void> {
  const ofSessions = inArray(deliveries.sessionId, sessionIds);
  const rows = await tx.select({ id: deliveries.id }).from(deliveries).where(ofSessions).for('update');
  await keepCounts(tx, sessionIds);
  const deliveryIds = rows.map(({ id }) => id);
  if (deliveryIds.length > 0) {
    await tx.delete(deliveryAttempts).where(inArray(deliveryAttempts.deliveryId, deliveryIds));
    await tx.delete(deliveries).where(ofSessions);
  }
  await tx.delete(decisions).where(inArray(decisions.sessionId, sessionIds));
  await tx.delete(silences).where(inArray(silences.sessionId, sessionIds));
  await tx.delete(sessions).where(inArray(sessions.id, sessionIds));
}

/** Those of its sessions, and of its messages, which are of no session. */
async function deleteEvents(
  tx: Queryable,
  { channelId, conversationIds }: StoredConversation,
  sessionIds: string[],
): Promise<void> {
  const ofChat = and(
    eq(streamEvents.type, 'chat.message'),
    eq(streamEvents.channelId, channelId),
    inArray(sql`${streamEvents.data}->>'conversationId'`, conversationIds),
  );
  await tx.delete(streamEvents).where(or(ofChat, inArray(streamEvents.sessionId, sessionIds)));
}

/** Adds what was sent, and what of it was responded to, to the day on which it was sent, in the agent's zone. */
async function keepCounts(tx: Queryable, sessionIds: string[]): Promise<void> {
  await tx.execute(sql`
    insert into erased_counts as kept (followup_id, channel_id, date, sent, responded)
    select d.followup_id, d.channel_id, d.sent_on, count(*), count(d.response_ms)
    from deliveries d
    where d.session_id in ${sessionIds} and d.status = 'sent' and d.sent_on is not null
    group by 1, 2, 3
    order by 1, 2, 3
    on conflict (followup_id, channel_id, date) do update
      set sent = kept.sent + excluded.sent, responded = kept.responded + excluded.responded`);
}
