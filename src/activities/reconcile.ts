import type { Db } from '../db/client';
import {
  listEndedWithPending,
  listOpenSessions,
  listOverdueSessions,
  listUnrolledChannels,
  type OpenSession,
} from '../db/queries/reconciliation';
import { settleAbandonedSession, settlePendingDeliveries } from '../db/queries/settle-abandoned-session';

/** What is younger is probably just being done. */
const graceSeconds = 60;
/** Bounds what one run costs, however large the installation is. */
const rolloutsPerRun = 100;
const sessionsPerRun = 100;

export type ReconcileDeps = {
  db: Db;
  startRollouts: (channelIds: string[]) => Promise<void>;
  /** Whether a workflow of this id runs. Rejects when Temporal cannot say. */
  isRunning: (workflowId: string) => Promise<boolean>;
};

export async function startMissingRollouts({ db, startRollouts }: ReconcileDeps): Promise<number> {
  const channelIds = await listUnrolledChannels(db, graceSeconds, rolloutsPerRun);
  await startRollouts(channelIds);
  return channelIds.length;
}

/**
 * Looks at the sessions with overdue deliveries first, at a page of all the others, where the walk stands being kept in
 * memory, since every worker may walk on its own, and at what ended sessions left pending.
 */
export function createLostSessionSettler({ db, isRunning }: ReconcileDeps): () => Promise<number> {
  let walkedTo = '';
  return async () => {
    const page = await listOpenSessions(db, walkedTo, graceSeconds, sessionsPerRun);
    walkedTo = page.length < sessionsPerRun ? '' : (page.at(-1)?.id ?? '');
    const overdue = await listOverdueSessions(db, graceSeconds, sessionsPerRun);
    let settled = 0;
    for (const session of unique([...overdue, ...page])) {
      if (await isRunning(session.workflowId)) continue;
      await settleAbandonedSession(db, session.id, new Date());
      settled++;
    }
    const leftBehind = await listEndedWithPending(db, graceSeconds, sessionsPerRun);
    for (const sessionId of leftBehind) await settlePendingDeliveries(db, sessionId);
    return settled + leftBehind.length;
  };
}

const unique = (sessions: OpenSession[]) => [...new Map(sessions.map((session) => [session.id, session])).values()];
