import { and, desc, eq, sql } from 'drizzle-orm';
import type { OpenSessionInput, OpenSessionResult } from '../../activities/ports';
import { newId } from '../../ids';
import type { OpenedSession } from '../../workflows/policy/session-state';
import type { Db, Queryable } from '../client';
import { channels, deliveries, sessions } from '../schema';
import { isErased } from './erase-conversation';
import { isOptedOut } from './opt-outs';
import { readPlan } from './session-plan';
import { settleAbandonedSession } from './settle-abandoned-session';

type NotOpened = Exclude<OpenSessionResult, { kind: 'opened' }>;

/** The run that opens a session. */
export type OpeningRun = { workflowId: string; runId: string; firstRunId: string };

/**
 * Finds or makes the row of the session that `run` carries, and reads its plan, in one transaction that holds a share
 * lock on the channel: a change of rules comes before it, and is in the plan, or after it, and finds the row.
 */
export async function openSession(
  db: Db,
  run: OpeningRun,
  input: OpenSessionInput,
  nowMs: number,
): Promise<{ kind: 'opened'; session: OpenedSession } | NotOpened> {
  return db.transaction(async (tx) => {
    // Key share: it conflicts with the `for update` of a change of rules, and not with a sender that notes its success.
    const [channel] = await tx.select().from(channels).where(eq(channels.id, input.channelId)).for('key share');
    if (!channel) return { kind: 'unknown_channel' };
    if (channel.deletedAt) return { kind: 'channel_deleted' };

    const conversation = and(
      eq(sessions.channelId, input.channelId),
      eq(sessions.conversationId, input.conversationId),
    );
    const opened = await findOrMakeRow(tx, run, input, channel.agentId, channel.planRevision);
    if (opened.kind !== 'row') return opened;

    const { channelId, conversationId } = input;
    const plan = await readPlan(tx, { channelId, conversationId, knownFollowupIds: [], nowMs });
    if (!plan) return { kind: 'unknown_channel' };
    const [earlier] = await tx
      .select({ userAt: sql<string | null>`max(${sessions.lastUserMessageAt})` })
      .from(sessions)
      .where(conversation);
    const session: OpenedSession = {
      sessionId: opened.sessionId,
      channelId: input.channelId,
      agentId: channel.agentId,
      conversationId: input.conversationId,
      startedAtMs: opened.startedAtMs,
      floorMs: opened.floorMs,
      plan,
      earlierUserAtMs: earlier?.userAt ? Date.parse(earlier.userAt) : null,
      unanswered: await hasUnanswered(tx, input.channelId, input.conversationId),
      optedOut: await isOptedOut(tx, input.channelId, input.conversationId),
    };
    return { kind: 'opened', session };
  });
}

type Row = { kind: 'row'; sessionId: string; startedAtMs: number; floorMs: number | null };

async function findOrMakeRow(
  tx: Queryable,
  run: OpeningRun,
  input: OpenSessionInput,
  agentId: string,
  planRevision: number,
): Promise<Row | Extract<OpenSessionResult, { kind: 'late' | 'erased' }>> {
  const conversation = and(eq(sessions.channelId, input.channelId), eq(sessions.conversationId, input.conversationId));
  const [mine] = await tx
    .select()
    .from(sessions)
    .where(and(eq(sessions.workflowId, run.workflowId), eq(sessions.openedByRunId, run.runId)));
  const [last] = await tx
    .select()
    .from(sessions)
    .where(and(conversation, eq(sessions.status, 'ended')))
    .orderBy(desc(sessions.endedAt))
    .limit(1);
  const floorMs = input.carriedFloorMs ?? last?.endedAt?.getTime() ?? null;
  if (mine) return { kind: 'row', sessionId: mine.id, startedAtMs: mine.startedAt.getTime(), floorMs };

  const [open] = await tx
    .select()
    .from(sessions)
    .where(and(conversation, eq(sessions.status, 'open')))
    .for('update');
  // The same chain after an operator's reset: its session goes on, and the rows hold what was sent already.
  if (open && open.firstRunId === run.firstRunId) {
    await tx.update(sessions).set({ runId: run.runId }).where(eq(sessions.id, open.id));
    return { kind: 'row', sessionId: open.id, startedAtMs: open.startedAt.getTime(), floorMs };
  }
  // Two workflows of one id never run at once, so this one's is gone.
  if (open) await settleAbandonedSession(tx, open.id, new Date(input.firstMessageAtMs));

  if (await isErased(tx, run.firstRunId)) return { kind: 'erased' };
  if (floorMs !== null && input.lastMessageAtMs <= floorMs) return { kind: 'late', endedAtMs: floorMs };
  const startedAtMs = floorMs === null ? input.firstMessageAtMs : Math.max(input.firstMessageAtMs, floorMs + 1);
  const sessionId = newId('ses');
  await tx.insert(sessions).values({
    id: sessionId,
    channelId: input.channelId,
    agentId,
    conversationId: input.conversationId,
    workflowId: run.workflowId,
    openedByRunId: run.runId,
    firstRunId: run.firstRunId,
    runId: run.runId,
    status: 'open',
    startedAt: new Date(startedAtMs),
    planRevision,
  });
  return { kind: 'row', sessionId, startedAtMs, floorMs };
}

/** Whether a delivery of the conversation, of this session or an earlier one, still waits for its first response. */
export async function hasUnanswered(db: Queryable, channelId: string, conversationId: string): Promise<boolean> {
  const [row] = await db
    .select({ id: deliveries.id })
    .from(deliveries)
    .innerJoin(channels, eq(channels.id, deliveries.channelId))
    .where(
      and(
        eq(deliveries.channelId, channelId),
        eq(deliveries.conversationId, conversationId),
        sql`${deliveries.status} in ('sent', 'unknown')`,
        sql`${deliveries.responseAt} is null`,
        sql`coalesce(${deliveries.sentAt}, ${deliveries.sendAt}) > now() - make_interval(secs => ${channels.responseWindowSeconds})`,
      ),
    )
    .limit(1);
  return row !== undefined;
}
