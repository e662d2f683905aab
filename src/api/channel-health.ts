import type { ChannelRow } from '../db/queries/channels';
import type { ReportedSides } from '../db/queries/reported-sides';
import type { ChannelHealthAnswer } from './schemas/channel-actions';

/** Fewer sessions say nothing: now and then nobody answers. */
const enoughSessions = 5;

const others = { agent: 'user', user: 'agent' } as const;

/** A gateway that forgets one side makes every rule wrong, and nothing else would say so. */
function oneSide({ sessions, withAgent, withUser }: ReportedSides): ChannelHealthAnswer['reportsOnlyOneSide'] {
  const [agent, user] = [withAgent > 0, withUser > 0];
  if (sessions < enoughSessions || agent === user) return null;
  const side = agent ? 'agent' : 'user';
  const consequence =
    side === 'agent'
      ? 'without the messages of users every conversation looks abandoned, and followups go to people who have replied'
      : 'without the messages of the agent nothing is ever sent';
  return {
    side,
    sessions,
    message: `The last ${sessions} sessions have messages of the ${side} only: ${consequence}. Does the gateway report the messages of the ${others[side]} too?`,
  };
}

const iso = (at: Date | null) => at?.toISOString() ?? null;

/** How a channel's endpoint, and what its gateway reports, are doing. */
export function channelHealth(row: ChannelRow, sides: ReportedSides): ChannelHealthAnswer {
  return {
    status: row.pausedAt !== null ? 'paused' : row.consecutiveFailures > 0 ? 'failing' : 'ok',
    pausedAt: iso(row.pausedAt),
    lastSuccessAt: iso(row.lastSuccessAt),
    lastFailureAt: iso(row.lastFailureAt),
    lastFailure: row.lastFailure,
    consecutiveFailures: row.consecutiveFailures,
    reportsOnlyOneSide: oneSide(sides),
  };
}
