import { and, eq } from 'drizzle-orm';
import type { CloseSessionInput } from '../../activities/ports';
import type { Db } from '../client';
import { channels, sessions, silences } from '../schema';
import { recordDecisions } from './decisions';
import { settlePendingDeliveries } from './settle-abandoned-session';

const toDate = (ms: number | null) => (ms === null ? null : new Date(ms));

/** Writes what is left to write of a session, and ends it. Repeating it changes nothing. */
export async function closeSession(db: Db, input: CloseSessionInput): Promise<void> {
  await recordDecisions(db, input.sessionId, input.decisions);
  await recordSilences(db, input);
  await db
    .update(sessions)
    .set({
      status: 'ended',
      endedAt: new Date(input.endedAtMs),
      endedBy: input.endedBy,
      outcome: input.outcome,
      lastAgentMessageAt: toDate(input.lastAgentAtMs),
      lastUserMessageAt: toDate(input.lastUserAtMs),
      lastOperatorMessageAt: toDate(input.lastOperatorAtMs),
      awaiting: input.awaiting,
      planRevision: input.planRevision,
      setAside: input.setAside,
      followups: input.followups,
      updatedAt: new Date(),
    })
    .where(and(eq(sessions.id, input.sessionId), eq(sessions.status, 'open')));
  // Only what an activity left behind that stalled for longer than its session waited for it.
  await settlePendingDeliveries(db, input.sessionId);
}

async function recordSilences(db: Db, { sessionId, silences: ended }: CloseSessionInput): Promise<void> {
  const [session] = await db
    .select({ channelId: sessions.channelId })
    .from(sessions)
    .innerJoin(channels, eq(channels.id, sessions.channelId))
    // Whoever tries something out on a playground is no user that comes back.
    .where(and(eq(sessions.id, sessionId), eq(channels.playground, false)));
  if (!session || ended.length === 0) return;
  const rows = ended.map(({ startMs, endMs, by, nudged }) => ({
    sessionId,
    channelId: session.channelId,
    startedAt: new Date(startMs),
    seconds: Math.round((endMs - startMs) / 1_000),
    endedBy: by,
    nudged,
  }));
  await db.insert(silences).values(rows).onConflictDoNothing();
}
