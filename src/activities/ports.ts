import type { SendOutcome } from '../workflows/policy/apply';
import type { BriefOpened, BriefPlan } from '../workflows/policy/brief';
import type { ExplainedFollowup } from '../workflows/policy/explain';
import type { EndedBy, KnownHours, Outcome, PendingDecision, Silence } from '../workflows/policy/session-state';

export type OpenSessionInput = {
  /** The first run of the workflow's chain: a reset keeps it. */
  firstRunId: string;
  channelId: string;
  conversationId: string;
  /** The earliest and the latest message that is waiting to be applied, epoch milliseconds. */
  firstMessageAtMs: number;
  lastMessageAtMs: number;
  /**
   * Set when the messages were carried over from a session that has just been closed: only those up to this time belong
   * to it. Else the database says when the previous session ended.
   */
  carriedFloorMs: number | null;
};
export type OpenSessionResult =
  | ({ kind: 'opened' } & BriefOpened)
  | { kind: 'unknown_channel' }
  | { kind: 'channel_deleted' }
  /** The conversation is being erased, and this run with it. */
  | { kind: 'erased' }
  /** Every message belongs to a session that ended at this time. */
  | { kind: 'late'; endedAtMs: number };

export type LoadPlanInput = { channelId: string; conversationId: string; knownFollowupIds: string[] };

export type CheckAvailabilityInput = { agentId: string; channelId: string; atMs: number };

export type SendFollowupInput = {
  sessionId: string;
  followupId: string;
  anchorMs: number;
  dueMs: number;
  plannedMs: number;
  planRevision: number;
  /** After this time it is not to be delivered any more; null: no limit. */
  expiresAtMs: number | null;
  withinWindow: boolean;
  lastUserAtMs: number | null;
  lastOperatorAtMs: number | null;
  availableUntilMs: number | null;
  /** The turn that this channel's rate limit gave it; null: it has none yet. */
  turnAtMs: number | null;
};

export type RecordDecisionsInput = { sessionId: string; decisions: PendingDecision[] };
export type RecordResponseInput = { channelId: string; conversationId: string; atMs: number };
export type RecordResponseResult = { unanswered: boolean };

export type CloseSessionInput = {
  sessionId: string;
  endedBy: EndedBy;
  endedAtMs: number;
  outcome: Outcome | null;
  lastAgentAtMs: number | null;
  lastUserAtMs: number | null;
  lastOperatorAtMs: number | null;
  awaiting: 'user' | 'operator' | 'nobody' | null;
  planRevision: number;
  setAside: number;
  followups: ExplainedFollowup[];
  decisions: PendingDecision[];
  silences: Silence[];
};

/** What a session's workflow asks of the world. All are safe to repeat. */
export interface SessionActivities {
  /** Finds or makes the session's row, under a lock that no change of rules falls between, and reads its plan. */
  openSession(input: OpenSessionInput): Promise<OpenSessionResult>;
  /** Reads the channel's present plan. */
  loadPlan(input: LoadPlanInput): Promise<BriefPlan>;
  /** Says whether the agent is available on the channel at an instant, and until when, or when it will be. */
  checkAvailability(input: CheckAvailabilityInput): Promise<KnownHours>;
  /** Makes one attempt to send a followup: claim, question, request, result. */
  sendFollowup(input: SendFollowupInput): Promise<SendOutcome>;
  /** Says what came of an attempt whose worker was lost, and sees to it that one that did not begin never does. */
  settleLostAttempt(input: SendFollowupInput): Promise<SendOutcome>;
  recordDecisions(input: RecordDecisionsInput): Promise<void>;
  /** Writes the first response of the user to the deliveries that wait for one. */
  recordResponse(input: RecordResponseInput): Promise<RecordResponseResult>;
  closeSession(input: CloseSessionInput): Promise<void>;
}

export type RolloutPageInput = {
  channelId: string;
  /** The revision that is being rolled out; null: the channel's present one, from the beginning. */
  revision: number | null;
  afterSessionId: string | null;
};
export type RolloutPage = {
  revision: number;
  told: number;
  /** The last session of this page; null when there was none left, and the revision is noted as rolled out. */
  lastSessionId: string | null;
  /** The channel has a newer revision by now. */
  newerRevision: boolean;
};

/** What the rollout of a plan asks of the world. Safe to repeat. */
export interface RolloutActivities {
  /** Tells the next open sessions of the channel, at a bounded rate. */
  rollOutPage(input: RolloutPageInput): Promise<RolloutPage>;
}

export type Reconciled = { rolloutsStarted: number; sessionsSettled: number };

/** What the reconciler asks of the world. Safe to repeat; each looks at a bounded number of things. */
export interface ReconcileActivities {
  /** Starts the rollouts of channels whose plan changed a while ago and was never rolled out. @returns how many */
  startMissingRollouts(): Promise<number>;
  /**
   * Ends open sessions whose workflow does not run any more, and settles their deliveries and what was left pending in
   * ended ones.
   *
   * @returns how many sessions
   */
  settleLostSessions(): Promise<number>;
}
