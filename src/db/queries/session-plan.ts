import { and, eq, inArray, or, sql } from 'drizzle-orm';
import type { LoadedPlan, PlannedFollowup } from '../../workflows/policy/session-state';
import type { Queryable } from '../client';
import { agents, channels, followupChannels, followups } from '../schema';
import { readCooldowns } from './cooldowns';
import { hoursOn, knownHours } from './hours';

const toMs = (seconds: number | null) => (seconds === null ? null : seconds * 1_000);

/**
 * The conversation is given for its cooldowns; `knownFollowupIds` are read although they are active no more; `nowMs` is
 * when the agent's hours are looked at.
 */
export type PlanRequest = { channelId: string; conversationId: string; knownFollowupIds: string[]; nowMs: number };

/**
 * Reads the plan of a channel: its active followups, and those of `knownFollowupIds` that are active no more, in the
 * order of their creation.
 *
 * The revision is read before the followups: should a change come between the two, the plan is newer than it says, and
 * is read once more.
 *
 * @returns null for an unknown channel
 */
export async function readPlan(
  db: Queryable,
  { channelId, conversationId, knownFollowupIds, nowMs }: PlanRequest,
): Promise<LoadedPlan | null> {
  const [owner] = await db
    .select({ channel: channels, agent: agents })
    .from(channels)
    .innerJoin(agents, eq(agents.id, channels.agentId))
    .where(eq(channels.id, channelId));
  if (!owner) return null;
  const { channel, agent } = owner;
  const active = and(eq(followups.status, 'active'), sql`${followups.deletedAt} is null`);
  const known = knownFollowupIds.length > 0 ? inArray(followups.id, knownFollowupIds) : sql`false`;
  const rows = await db
    .select({ followup: followups, assignedAt: followupChannels.assignedAt })
    .from(followupChannels)
    .innerJoin(followups, eq(followups.id, followupChannels.followupId))
    .where(and(eq(followupChannels.channelId, channelId), or(active, known)))
    .orderBy(followups.sequence);
  const cooldowns = await readCooldowns(
    db,
    channelId,
    conversationId,
    rows.map(({ followup }) => followup),
  );
  return {
    revision: channel.planRevision,
    channelDeleted: channel.deletedAt !== null,
    idleMs: channel.sessionIdleSeconds * 1_000,
    messagingWindowMs: toMs(channel.messagingWindowSeconds),
    outsideWindow: channel.outsideWindow,
    queueRelease: agent.queueRelease,
    maxLatenessMs: toMs(agent.maxLatenessSeconds),
    maxFollowupsPerSession: agent.maxFollowupsPerSession,
    hours: knownHours(hoursOn(channel, agent), nowMs),
    followups: rows.map(
      ({ followup, assignedAt }): PlannedFollowup => ({
        id: followup.id,
        title: followup.title,
        delayMs: followup.delaySeconds * 1_000,
        trigger: followup.trigger,
        activeSinceMs: Math.max(followup.activatedAt.getTime(), assignedAt.getTime()),
        delaySinceMs: followup.delayEditedAt.getTime(),
        maxLatenessMs: toMs(followup.maxLatenessSeconds),
        coolUntilMs: cooldowns.get(followup.id) ?? null,
        off: followup.deletedAt !== null ? 'deleted' : followup.status === 'active' ? null : 'deactivated',
      }),
    ),
  };
}
