import { assess } from './policy/assess';
import type { SessionState } from './policy/session-state';

const iso = (ms: number | null) => (ms === null ? '–' : new Date(ms).toISOString());

/** What the Web UI shows of a running session: whose it is, what waits, until when, and why. Markdown, ids and titles only. */
export function sessionDetails(state: SessionState): string {
  const lines = [
    `**Session** ${state.sessionId} of conversation ${state.conversationId} on channel ${state.channelId} (agent ${state.agentId})`,
    '',
    `Last agent message ${iso(state.lastAgent?.atMs ?? null)}, user ${iso(state.lastUserAtMs)}, operator ${iso(state.lastOperatorAtMs)}`,
    '',
  ];
  for (const followup of state.plan.followups) {
    const { status, reason, detail, sendMs } = assess(state, followup);
    const why = status === reason ? '' : ` (${reason}${detail ? `: ${detail}` : ''})`;
    const when = sendMs === null ? '' : ` · ${iso(sendMs)}`;
    lines.push(`- **${followup.title}** ${followup.id}: ${status}${why}${when}`);
  }
  if (state.plan.followups.length === 0) lines.push('No followup is active on this channel.');
  return lines.join('\n');
}

/** What a timer until `atMs` is for, in a line: the followup that it waits for, or the idle end of the session. */
export function waitingFor(state: SessionState, atMs: number): string {
  const next = state.plan.followups.find((followup) => {
    const { status, sendMs } = assess(state, followup);
    return sendMs === atMs && ['waiting', 'queued', 'sending'].includes(status);
  });
  return next ? next.title : 'idle end of the session';
}
