import type { LiveSession } from '../workflows/messages';
import type { MessageFact } from '../workflows/policy/session-state';
import type { EndEvent, MessageEvent } from './schemas/messages';

/** The session a signal is for: one conversation has one workflow id for ever. */
export type SignalTarget = { workflowId: string; channelId: string; agentId: string; conversationId: string };

/** Where the history of a session is found. */
export type SessionRuns = {
  workflowId: string;
  /** The run that opened it, and the newest one known. */
  openedByRunId: string;
  runId: string;
  isOpen: boolean;
  /** The run that opened the conversation's next session; null: there is none. */
  nextOpenedByRunId: string | null;
};

/** What the API needs of Temporal's sessions. */
export interface SessionGateway {
  /**
   * Reports a message to the session of a conversation, which it starts where none runs. Resolves once the event is
   * durable; the same sender and event id again count once.
   *
   * @throws an error with gRPC's numeric `code` (itself, or its `cause`) when Temporal does not take it
   */
  signalMessage(input: SignalTarget & { event: MessageEvent }): Promise<void>;
  /**
   * Reports messages of one conversation together: they are applied together, in order of time. Resolves and throws
   * like {@link signalMessage}; the same messages again count once.
   */
  signalMessages(input: SignalTarget & { events: MessageEvent[] }): Promise<void>;
  /** Tells the session that runs, if one does, that its conversation opted out, or in again. */
  signalOptOut(workflowId: string, optedOut: boolean): Promise<void>;
  /** Reports that the conversation was ended. Resolves and throws like {@link signalMessage}. */
  signalEnd(input: SignalTarget & { event: EndEvent }): Promise<void>;
  /** What the workflow says of its session, or null when none runs. */
  inspect(workflowId: string): Promise<LiveSession | null>;
  /**
   * The messages that were reported to the runs of a session, in the order in which they came, each once. Some may
   * belong to the session before or after it. Not `complete`: the history is gone, or too long to be read as a whole.
   */
  readMessages(session: SessionRuns): Promise<{ messages: MessageFact[]; complete: boolean }>;
  /** The run that goes on, and the first one of its chain, or null when none does. */
  findRunning(workflowId: string): Promise<{ runId: string; firstRunId: string } | null>;
  /** Ends that chain of runs at once, and deletes its last run; one that has ended by itself is left as it is. */
  terminate(workflowId: string, firstRunId: string): Promise<void>;
  /**
   * Deletes the histories of a workflow: those of these runs, of the runs before them in their chains, and all that can
   * be found. Temporal takes up to a minute for a run that has just ended. A run that goes on is left alone.
   */
  deleteRuns(workflowId: string, runIds: string[]): Promise<void>;
}

/** Tells the open sessions of channels that their plan has changed. */
export interface PlanRollouts {
  /** Starts, or wakes, the rollout of each channel. What fails here is made up for by the reconciler. */
  start(channelIds: string[]): Promise<void>;
}
