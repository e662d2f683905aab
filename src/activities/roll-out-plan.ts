import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../db/client';
import { listSessionsBehind, noteRolledOut, readPlanRevision } from '../db/queries/rollouts';
import type { RolloutPage, RolloutPageInput } from './ports';

/**
 * How many sessions are told in a second. Unpaced, a rollout to thousands of sessions holds up everybody else's messages
 * for seconds; at this rate nobody notices.
 */
const sessionsPerSecond = 50;
const sessionsPerPage = 100;

export type RolloutDeps = {
  db: Db;
  /** Tells a running workflow that the plan has this revision; resolves, too, when none runs. */
  announcePlan: (workflowId: string, revision: number) => Promise<void>;
  heartbeat: () => void;
};

/** One page of a rollout: tells the next sessions that were opened with an older plan. */
export async function rollOutPage(
  { db, announcePlan, heartbeat }: RolloutDeps,
  input: RolloutPageInput,
): Promise<RolloutPage> {
  const current = await readPlanRevision(db, input.channelId);
  const revision = input.revision ?? current ?? 0;
  const page = await listSessionsBehind(db, input.channelId, revision, input.afterSessionId, sessionsPerPage);
  for (const session of page) {
    const pause = sleep(1_000 / sessionsPerSecond);
    await announcePlan(session.workflowId, revision);
    heartbeat();
    await pause;
  }
  const last = page.at(-1);
  if (!last) await noteRolledOut(db, input.channelId, revision);
  return {
    revision,
    told: page.length,
    lastSessionId: last?.id ?? null,
    newerRevision: current !== null && current > revision,
  };
}
