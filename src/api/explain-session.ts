import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { availabilityAt } from '../availability/hours';
import { decidedOn } from '../db/queries/decisions';
import { readHours } from '../db/queries/hours';
import { readPlan } from '../db/queries/session-plan';
import {
  findLatestSession,
  findSession,
  listDecisions,
  type SessionRow,
  type StoredConversation,
} from '../db/queries/sessions';
import { agents, deliveries } from '../db/schema';
import { sessionWorkflowId } from '../workflows/identifiers';
import type { LiveSession } from '../workflows/messages';
import { applyPlan } from '../workflows/policy/apply';
import { isArmed } from '../workflows/policy/assess';
import { type ExplainedFollowup, explain } from '../workflows/policy/explain';
import type { StatusReason } from '../workflows/policy/reasons';
import type { PendingDecision, SessionState } from '../workflows/policy/session-state';
import type { ApiDeps } from './deps';
import { problemOfTemporal } from './failures';
import { unavailable } from './problems';
import type { SessionAnswer } from './schemas/sessions';
import { sentence } from './sentences';
import { decisionAnswer, sessionAnswerOf } from './session-answer';

type Deps = Pick<ApiDeps, 'database' | 'sessions' | 'temporalUi' | 'clock'>;

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/**
 * A session with, for each followup, what will become or became of it, and why.
 *
 * Of an open session the workflow itself is asked, and the answer is forecast by the policy that the workflow runs, on
 * the plan and the hours as they are in the database now.
 *
 * @throws when the session is open and its workflow cannot be asked
 */
export async function explainSession(deps: Deps, row: SessionRow): Promise<SessionAnswer> {
  if (row.status === 'open') {
    const live = await ask(deps, row.workflowId);
    if (live?.state && live.state.sessionId === row.id) return explainLive(deps, row, live, live.state);
  }
  // It ended in between, or its workflow is gone.
  const known = row.status === 'open' ? ((await findSession(deps.database.db, row.id)) ?? row) : row;
  return explainEnded(deps, known);
}

async function explainLive(deps: Deps, row: SessionRow, live: LiveSession, told: SessionState): Promise<SessionAnswer> {
  const nowMs = deps.clock();
  const { db } = deps.database;
  const known = told.plan.followups.map(({ id }) => id);
  const [plan, hours, sent, written] = await Promise.all([
    readPlan(db, {
      nowMs,
      channelId: row.channelId,
      conversationId: row.conversationId,
      knownFollowupIds: known,
    }),
    readHours(db, row),
    sentTimes(deps, row.id),
    listDecisions(db, row.id),
  ]);
  // The session learns of a newer plan in a moment, and before it sends anything at the latest.
  const state =
    plan && plan.revision > told.plan.revision ? applyPlan(told, plan, told.announcedRevision, nowMs) : told;
  const timeZone = hours?.timeZone ?? 'UTC';
  const followups = explain(state, nowMs, hours && ((at) => availabilityAt(hours.availability, timeZone, at)));
  const unwritten = state.decisions.filter(({ sequence }) => sequence >= written.length);
  return {
    ...sessionAnswerOf(deps, { ...row, runId: live.runId }),
    status: state.end || state.over ? 'ended' : 'open',
    startedAt: new Date(state.startedAtMs).toISOString(),
    endedAt: iso(state.over?.atMs ?? state.end?.atMs ?? null),
    endedBy: state.over?.by ?? (state.end ? 'gateway' : null),
    outcome: state.end?.outcome ?? null,
    armed: isArmed(state),
    awaiting: state.lastAgent?.awaiting ?? null,
    lastAgentMessageAt: iso(state.lastAgent?.atMs ?? null),
    lastUserMessageAt: iso(state.lastUserAtMs),
    lastOperatorMessageAt: iso(state.lastOperatorAtMs),
    planRevision: told.plan.revision,
    setAside: live.setAside,
    followups: followups.map((followup) =>
      explained(followup, sent, {
        timeZone,
        lastUserAtMs: state.lastUserAtMs,
        lastOperatorAtMs: state.lastOperatorAtMs,
        ended: false,
      }),
    ),
    decisions: [...written.map(decisionAnswer), ...unwritten.map(pendingDecision)],
  };
}

async function explainEnded(deps: Deps, row: SessionRow): Promise<SessionAnswer> {
  const { db } = deps.database;
  const [[agent], rows, written] = await Promise.all([
    db.select({ timeZone: agents.timeZone }).from(agents).where(eq(agents.id, row.agentId)),
    db.select().from(deliveries).where(eq(deliveries.sessionId, row.id)),
    listDecisions(db, row.id),
  ]);
  const byFollowup = new Map(rows.map((delivery) => [delivery.followupId, delivery]));
  const sent = new Map(rows.map((delivery) => [delivery.followupId, delivery.sentAt?.getTime() ?? null]));
  const followups = (row.followups ?? []).map((told): ExplainedFollowup => {
    // A result that came late corrects what the session thought when it closed.
    const delivery = byFollowup.get(told.followupId);
    if (delivery?.status !== 'sent' || told.status === 'sent') return told;
    return { ...told, ...({ status: 'sent', reason: 'sent' } as StatusReason), detail: null };
  });
  return {
    ...sessionAnswerOf(deps, row),
    followups: followups.map((followup) =>
      explained(followup, sent, {
        timeZone: agent?.timeZone ?? 'UTC',
        lastUserAtMs: row.lastUserMessageAt?.getTime() ?? null,
        lastOperatorAtMs: row.lastOperatorMessageAt?.getTime() ?? null,
        ended: true,
      }),
    ),
    decisions: written.map(decisionAnswer),
  };
}

async function sentTimes(deps: Deps, sessionId: string): Promise<Map<string, number | null>> {
  const rows = await deps.database.db
    .select({ followupId: deliveries.followupId, sentAt: deliveries.sentAt })
    .from(deliveries)
    .where(eq(deliveries.sessionId, sessionId));
  return new Map(rows.map(({ followupId, sentAt }) => [followupId, sentAt?.getTime() ?? null]));
}

function explained(
  told: ExplainedFollowup,
  sent: Map<string, number | null>,
  context: Omit<Parameters<typeof sentence>[1], 'sentAtMs'>,
): SessionAnswer['followups'][number] {
  return {
    followupId: told.followupId,
    title: told.title,
    status: told.status,
    reason: told.reason,
    dueAt: iso(told.dueAtMs),
    sendAt: iso(told.sendAtMs),
    explanation: sentence(told, { ...context, sentAtMs: sent.get(told.followupId) ?? null }),
  };
}

const pendingDecision = (decision: PendingDecision): SessionAnswer['decisions'][number] => ({
  at: new Date(decision.atMs).toISOString(),
  followupId: decision.followupId,
  anchorAt: new Date(decision.anchorMs).toISOString(),
  dueAt: new Date(decision.dueMs).toISOString(),
  sendAt: iso(decision.sendMs),
  status: decision.status,
  reason: decision.reason,
  detail: decision.detail,
  decidedOn: decidedOn(decision),
});

/** What the workflow says. @throws ApiProblem 429 or 503 when it cannot be asked */
async function ask(deps: Deps, workflowId: string): Promise<LiveSession | null> {
  try {
    return await deps.sessions.inspect(workflowId);
  } catch (error) {
    throw problemOfTemporal(error) ?? unavailable('The session');
  }
}

/** How often a workflow that is just opening its session is looked at again. */
const openingPauseMs = 50;

/**
 * The session that a conversation is in, else its last one. A message may have been acknowledged a moment ago, with its
 * session being opened just now: then this waits for it, so that a caller finds what it has reported.
 *
 * @param deadlineAtMs until when to wait, by `deps.clock`
 * @throws ApiProblem 503 when it was not opened by then, or its workflow cannot be asked
 */
export async function findConversationSession(
  deps: Deps,
  conversation: StoredConversation,
  deadlineAtMs: number,
): Promise<SessionRow | null> {
  for (;;) {
    const row = await findLatestSession(deps.database.db, conversation);
    if (row?.status === 'open') return row;
    const running = await Promise.all(
      conversation.conversationIds.map((id) => ask(deps, sessionWorkflowId(conversation.channelId, id))),
    );
    const opening = running.some((live) => live !== null && live.state === null);
    const opened = running.some((live) => live?.state);
    if (!opening && !opened) return row;
    if (opened && row && running.some((live) => live?.state?.sessionId === row.id)) return row;
    // There is a session, or will be in a moment: to say that there is none would be wrong.
    if (deps.clock() > deadlineAtMs) throw unavailable('The session');
    await sleep(openingPauseMs);
  }
}
