import type { EndEvent, MessageEvent } from './schemas/messages';

/** The session a signal is for: one conversation has one workflow id for ever. */
export type SignalTarget = { workflowId: string; channelId: string; agentId: string; conversationId: string };

/** What the API needs of Temporal's sessions. */
export interface SessionGateway {
  /**
   * Reports a message to the session of a conversation, which it starts where none runs. Resolves once the event is
   * durable; the same sender and event id again count once.
   *
   * @throws an error with gRPC's numeric `code` (itself, or its `cause`) when Temporal does not take it
   */
  signalMessage(input: SignalTarget & { event: MessageEvent }): Promise<void>;
  /** Reports that the conversation was ended. Resolves and throws like {@link signalMessage}. */
  signalEnd(input: SignalTarget & { event: EndEvent }): Promise<void>;
  /** What the workflow says of its session, or null when none runs. */
  inspect(workflowId: string): Promise<unknown | null>;
}

/** Tells the open sessions of channels that their plan has changed. */
export interface PlanRollouts {
  /** Starts, or wakes, the rollout of each channel. What fails here is made up for by the reconciler. */
  start(channelIds: string[]): Promise<void>;
}
