import type { DecisionRow, SessionRow } from '../db/queries/sessions';
import type { ApiDeps } from './deps';
import type { SessionAnswer } from './schemas/sessions';

const iso = (at: Date | null) => at?.toISOString() ?? null;

/** The link to a run in the Temporal Web UI. */
export function temporalLink(
  { baseUrl, namespace }: ApiDeps['temporalUi'],
  { workflowId, runId }: { workflowId: string; runId: string },
): SessionAnswer['temporal'] {
  const path = ['namespaces', namespace, 'workflows', workflowId, runId, 'history'].map(encodeURIComponent).join('/');
  return { workflowId, runId, url: baseUrl === null ? null : `${baseUrl.replace(/\/+$/, '')}/${path}` };
}

export const decisionAnswer = (row: DecisionRow): SessionAnswer['decisions'][number] => ({
  at: row.at.toISOString(),
  followupId: row.followupId,
  anchorAt: row.anchorAt.toISOString(),
  dueAt: row.dueAt.toISOString(),
  sendAt: iso(row.sendAt),
  status: row.status,
  reason: row.reason,
  detail: row.detail,
  decidedOn: row.decidedOn,
});

/** What the workflow alone knows of a live session, and what was decided. */
export type SessionExplanation = Partial<
  Pick<
    SessionAnswer,
    | 'armed'
    | 'awaiting'
    | 'lastAgentMessageAt'
    | 'lastUserMessageAt'
    | 'lastOperatorMessageAt'
    | 'planRevision'
    | 'setAside'
    | 'followups'
    | 'decisions'
  >
>;

/** The answer for a session: its row, and over it what else is known. */
export function sessionAnswerOf(
  deps: Pick<ApiDeps, 'temporalUi'>,
  row: SessionRow,
  explanation: SessionExplanation = {},
): SessionAnswer {
  return {
    id: row.id,
    channelId: row.channelId,
    agentId: row.agentId,
    conversationId: row.conversationId,
    status: row.status,
    startedAt: row.startedAt.toISOString(),
    endedAt: iso(row.endedAt),
    endedBy: row.endedBy,
    outcome: row.outcome,
    armed: row.status === 'ended' ? false : null,
    awaiting: row.awaiting,
    lastAgentMessageAt: iso(row.lastAgentMessageAt),
    lastUserMessageAt: iso(row.lastUserMessageAt),
    lastOperatorMessageAt: iso(row.lastOperatorMessageAt),
    planRevision: row.planRevision,
    setAside: row.setAside,
    temporal: temporalLink(deps.temporalUi, row),
    followups: [],
    decisions: [],
    ...explanation,
  };
}
