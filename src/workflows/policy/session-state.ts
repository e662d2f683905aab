import type { FollowupReason, FollowupStatus, InactiveDetail } from './reasons';

/** Who sent a message. Any member of a group counts as the user. */
export type Sender = 'agent' | 'user' | 'operator';
/** Whom an agent message waits for. Only `user` arms ordinary followups. */
export type Awaiting = 'user' | 'operator' | 'nobody';
export type Outcome = 'resolved' | 'unresolved';

export type MessageFact = {
  kind: 'message';
  id: string;
  from: Sender;
  atMs: number;
  awaiting: Awaiting;
  /** When the API received it; null when it came straight to Temporal, where nobody wrote that down. */
  receivedAtMs: number | null;
};
export type EndFact = { kind: 'end'; atMs: number; outcome: Outcome | null };
export type Fact = MessageFact | EndFact;

/** One followup as a session sees it. No text: that is read when it is sent. */
export type PlannedFollowup = {
  id: string;
  title: string;
  delayMs: number;
  trigger: 'no_reply' | 'conversation_over';
  /** The later of its last activation and its assignment to the channel. */
  activeSinceMs: number;
  delaySinceMs: number;
  maxLatenessMs: number | null;
  /** Until when it is not to be sent to this conversation again, by its cooldown; null: it may be sent. */
  coolUntilMs: number | null;
  /** Why it is not active any more, for a session that knew it when it was. */
  off: InactiveDetail | null;
};

/** What a session must know of its channel and agent, with a revision. Followups are in the order of their creation. */
export type Plan = {
  revision: number;
  channelDeleted: boolean;
  idleMs: number;
  messagingWindowMs: number | null;
  outsideWindow: 'skip' | 'send';
  queueRelease: 'spaced' | 'together';
  maxLatenessMs: number | null;
  maxFollowupsPerSession: number | null;
  followups: PlannedFollowup[];
};

/** How far a followup has come: in the silence that began at `anchorMs`, or, once settled and spent, for good. */
export type Progress = { anchorMs: number; dueMs: number; plannedMs: number } & (
  | {
      stage: 'queued';
      reason: 'queued' | 'channel_paused' | 'throttled';
      untilMs: number;
      /** What was decided last: asking again with the same answer is no new decision. */
      decidedUntilMs: number;
      /** The turn that the channel's rate limit gave it; null: it waits for something else. */
      turnAtMs: number | null;
      /** Times in a row that it was held while its endpoint is in trouble: the pauses grow with them. */
      deferrals: number;
    }
  | {
      stage: 'trying';
      reason: 'sending' | 'retrying' | 'unverified';
      /** Attempts in which a request was begun. */
      attempts: number;
      /** One of them may have reached the user: its answer was lost. */
      ambiguous: boolean;
      nextAttemptMs: number;
      /** Times in a row that it could not be asked for, or was not wanted just then: the pauses grow with them. */
      deferrals: number;
      /** It had waited in a queue, for the agent's hours or its turn: edits of its delay do not concern it. */
      queuedBefore: boolean;
      /** Why it was held before: being held again for the same reason is no new decision. */
      heldBefore: 'channel_paused' | 'throttled' | null;
      /** The turn that the channel's rate limit gave the next attempt; null: none yet. */
      turnAtMs: number | null;
    }
  | { stage: 'settled'; status: FollowupStatus; reason: FollowupReason; detail: string | null; atMs: number }
);

/** A decision that is still to be written to the database. */
export type PendingDecision = {
  sequence: number;
  followupId: string;
  atMs: number;
  anchorMs: number;
  dueMs: number;
  sendMs: number | null;
  status: FollowupStatus;
  reason: FollowupReason;
  detail: string | null;
  lastUserAtMs: number | null;
  lastOperatorAtMs: number | null;
  planRevision: number;
  availableUntilMs: number | null;
};

export type EndedBy = 'gateway' | 'idle' | 'channel_deleted' | 'conversation_gone' | 'operator';

/** The agent's availability hours as they were answered last. */
export type KnownHours =
  | { open: true; askedAtMs: number; untilMs: number | null }
  | { open: false; askedAtMs: number; opensAtMs: number | null };

export type SilenceEndedBy = 'user' | 'agent' | 'operator' | 'end' | 'idle';
/** A silence that is over: the time after an agent message until the next message of anybody. */
export type Silence = { startMs: number; endMs: number; by: SilenceEndedBy; nudged: boolean };

/** All that a session is: plain JSON, since it crosses continue-as-new. Times are epoch milliseconds. */
export type SessionState = {
  sessionId: string;
  channelId: string;
  agentId: string;
  conversationId: string;
  startedAtMs: number;
  /** Events up to this time belong to an earlier session. */
  floorMs: number | null;
  plan: Plan;
  /** A revision that was announced and is not loaded yet. */
  announcedRevision: number;
  lastAgent: { atMs: number; receivedAtMs: number | null; awaiting: Awaiting } | null;
  lastUserAtMs: number | null;
  lastOperatorAtMs: number | null;
  /** The last user message of the conversation's earlier sessions, for the messaging window. */
  earlierUserAtMs: number | null;
  lastSentAtMs: number | null;
  end: { atMs: number; outcome: Outcome | null } | null;
  /** The conversation is not to get any followup. */
  optedOut: boolean;
  /** How long it is parked at most while it waits to send (ADR 19); absent: never. */
  parkMs?: number;
  /** The session is over, whatever was waiting: `later` opens the next one. */
  over: { by: EndedBy; atMs: number } | null;
  later: Fact[];
  /**
   * Where the silence's clock stands after a queue: its followups are due as if the agent had spoken at
   * `effectiveAnchorMs`. `followupId` is the one whose queue moved it, with the delay that it had then.
   */
  shift: { anchorMs: number; effectiveAnchorMs: number; followupId: string; delayMs: number } | null;
  progress: Record<string, Progress>;
  hours: KnownHours | null;
  /** A delivery of this conversation waits for its first response. */
  unanswered: boolean;
  /** A response that is still to be written to the database. */
  responseAtMs: number | null;
  decisions: PendingDecision[];
  decisionCount: number;
  /** The newest events by sender and id: a retried one counts once, also with another time. */
  recentIds: string[];
  /** Events that came after the end of the session that they belong to. */
  lateEvents: number;
  /** The silences of a minute or longer; the first of them where there are very many. */
  silences: Silence[];
};

/**
 * A plan, and what is known of the agent's hours at the moment in which it was read: a change of them raises the plan's
 * revision. Absent where a worker of before it has read the plan.
 */
export type LoadedPlan = Plan & { hours?: KnownHours };

/** What opening a session found out. */
export type OpenedSession = Pick<
  SessionState,
  | 'sessionId'
  | 'channelId'
  | 'agentId'
  | 'conversationId'
  | 'startedAtMs'
  | 'floorMs'
  | 'earlierUserAtMs'
  | 'unanswered'
  | 'optedOut'
  | 'parkMs'
> & { plan: LoadedPlan };

/** What is noted of a session before anything was said in it. */
export const nothingSaid = {
  lastAgent: null,
  lastUserAtMs: null,
  lastOperatorAtMs: null,
  lastSentAtMs: null,
  end: null,
  over: null,
  later: [],
  shift: null,
  progress: {},
  responseAtMs: null,
  decisions: [],
  decisionCount: 0,
  recentIds: [],
  lateEvents: 0,
  silences: [],
} satisfies Partial<SessionState>;

export function openState({ plan: loaded, ...opened }: OpenedSession): SessionState {
  const { hours = null, ...plan } = loaded;
  return { ...nothingSaid, ...opened, plan, announcedRevision: plan.revision, hours };
}

/** How many ids are remembered: retries come within seconds, and each one kept costs memory in every session. */
const rememberedIds = 32;

/** The last message or sent delivery; the idle time counts from here. */
export function lastActivityMs(state: SessionState): number {
  return Math.max(
    state.startedAtMs,
    state.lastAgent?.atMs ?? 0,
    state.lastUserAtMs ?? 0,
    state.lastOperatorAtMs ?? 0,
    state.lastSentAtMs ?? 0,
  );
}

/** Facts in the order of their time; those of one time keep the order in which they came. */
export function inOrderOfTime(facts: readonly Fact[]): Fact[] {
  return [...facts].sort((a, b) => a.atMs - b.atMs);
}

/** Applies what has happened to the session: all of it together, in order of time, before anything is decided. */
export function reduceAll(state: SessionState, facts: readonly Fact[]): SessionState {
  return facts.length === 0 ? state : inOrderOfTime(facts).reduce(reduce, state);
}

/**
 * Applies one fact. What remains is the latest time per sender, so the outcome of a session depends on the set of its
 * facts and not on their order or number.
 */
export function reduce(state: SessionState, fact: Fact): SessionState {
  return fact.kind === 'message' ? reduceMessage(state, fact) : reduceEnd(state, fact);
}

function reduceMessage(before: SessionState, message: MessageFact): SessionState {
  const id = `${message.from}/${message.id}`;
  if (before.recentIds.includes(id)) return before;
  if (before.floorMs !== null && message.atMs <= before.floorMs)
    return { ...before, lateEvents: before.lateEvents + 1 };
  const state = { ...before, recentIds: [...before.recentIds, id].slice(-rememberedIds) };

  const activityMs = lastActivityMs(state);
  if (state.over) {
    return message.atMs > floorAfter(state) ? { ...state, later: [...state.later, message] } : state;
  }
  if (state.end && message.atMs > state.end.atMs) {
    return { ...state, over: { by: 'gateway', atMs: state.end.atMs }, later: [...state.later, message] };
  }
  if (hasMessages(state) && message.atMs - activityMs > state.plan.idleMs) {
    return { ...state, over: { by: 'idle', atMs: activityMs + state.plan.idleMs }, later: [...state.later, message] };
  }
  return applyMessage(state, message);
}

const hasMessages = (state: SessionState) =>
  state.lastAgent !== null || state.lastUserAtMs !== null || state.lastOperatorAtMs !== null;

function applyMessage(before: SessionState, message: MessageFact): SessionState {
  const state = endSilence(before, message.atMs, message.from);
  const startedAtMs = Math.min(state.startedAtMs, message.atMs);
  switch (message.from) {
    case 'user':
      return {
        ...state,
        startedAtMs,
        lastUserAtMs: Math.max(state.lastUserAtMs ?? 0, message.atMs),
        responseAtMs: state.unanswered
          ? Math.min(state.responseAtMs ?? message.atMs, message.atMs)
          : state.responseAtMs,
      };
    case 'operator':
      return { ...state, startedAtMs, lastOperatorAtMs: Math.max(state.lastOperatorAtMs ?? 0, message.atMs) };
    case 'agent':
      return { ...state, startedAtMs, lastAgent: laterAgentMessage(state.lastAgent, message) };
  }
}

const shortestSilenceMs = 60_000;
const mostSilences = 200;

/**
 * Notes the silence that ends at `atMs`, if one does. Within a session events come nearly in order; one that comes late
 * is not looked for in silences that are noted already.
 */
export function endSilence(state: SessionState, atMs: number, by: SilenceEndedBy): SessionState {
  const startMs = state.lastAgent?.atMs ?? null;
  const lastWordIsAgents =
    startMs !== null && startMs >= Math.max(state.lastUserAtMs ?? 0, state.lastOperatorAtMs ?? 0);
  if (!lastWordIsAgents || atMs - startMs < shortestSilenceMs || state.silences.length >= mostSilences) return state;
  const nudged = Object.values(state.progress).some(
    (progress) =>
      progress.stage === 'settled' && ['sent', 'unknown'].includes(progress.status) && progress.anchorMs === startMs,
  );
  return { ...state, silences: [...state.silences, { startMs, endMs: atMs, by, nudged }] };
}

/** Of two agent messages of one time the more silent one counts, whichever came first. */
function laterAgentMessage(known: SessionState['lastAgent'], message: MessageFact): SessionState['lastAgent'] {
  const next = { atMs: message.atMs, receivedAtMs: message.receivedAtMs, awaiting: message.awaiting };
  if (known === null || next.atMs > known.atMs) return next;
  if (next.atMs < known.atMs) return known;
  const silence: Awaiting[] = ['user', 'operator', 'nobody'];
  const awaiting = silence.indexOf(next.awaiting) > silence.indexOf(known.awaiting) ? next.awaiting : known.awaiting;
  const receivedAtMs =
    known.receivedAtMs === null || next.receivedAtMs === null
      ? (known.receivedAtMs ?? next.receivedAtMs)
      : Math.min(known.receivedAtMs, next.receivedAtMs);
  return { atMs: known.atMs, awaiting, receivedAtMs };
}

function reduceEnd(state: SessionState, end: EndFact): SessionState {
  if ((state.floorMs !== null && end.atMs <= state.floorMs) || end.atMs < state.startedAtMs) {
    return { ...state, lateEvents: state.lateEvents + 1 };
  }
  if (state.over) {
    const concernsNext = state.later.some((fact) => fact.atMs <= end.atMs);
    return concernsNext ? { ...state, later: [...state.later, end] } : state;
  }
  const known = state.end;
  if (known && known.atMs <= end.atMs) return { ...state, end: { ...known, outcome: known.outcome ?? end.outcome } };
  const ended: SessionState = { ...state, end: { atMs: end.atMs, outcome: end.outcome ?? known?.outcome ?? null } };
  const later = messagesAfter(state, end.atMs);
  // Something was sent, or may have been, in a silence of after this end: it comes too late to begin another session.
  const acted = Object.values(state.progress).some(
    (p) =>
      p.anchorMs > end.atMs &&
      (p.stage === 'settled' ? ['sent', 'unknown', 'failed'].includes(p.status) : p.stage === 'trying'),
  );
  if (later.length > 0 && acted) return { ...state, lateEvents: state.lateEvents + 1 };
  return later.length === 0 ? ended : { ...ended, over: { by: 'gateway', atMs: end.atMs }, later };
}

/** An end that comes late finds the latest messages of after it: they are the next session's. */
function messagesAfter(state: SessionState, atMs: number): MessageFact[] {
  const messages: MessageFact[] = [];
  const add = (from: Sender, at: number | null, rest: Pick<MessageFact, 'awaiting' | 'receivedAtMs'>) => {
    if (at !== null && at > atMs) messages.push({ kind: 'message', id: `after-end-${at}`, from, atMs: at, ...rest });
  };
  add('agent', state.lastAgent?.atMs ?? null, {
    awaiting: state.lastAgent?.awaiting ?? 'user',
    receivedAtMs: state.lastAgent?.receivedAtMs ?? null,
  });
  add('user', state.lastUserAtMs, { awaiting: 'user', receivedAtMs: null });
  add('operator', state.lastOperatorAtMs, { awaiting: 'user', receivedAtMs: null });
  return inOrderOfTime(messages) as MessageFact[];
}

/**
 * Up to which time facts belong to a session that is over. After an idle end that is its last activity: a message that
 * was acknowledged while the session was being closed is never lost, it opens the next one.
 */
export function floorAfter(state: SessionState): number {
  return state.over && state.over.by !== 'idle' ? state.over.atMs : lastActivityMs(state);
}
