import type { LedgerEntry } from '../gateway/script';

/** Everything that was seen of a run, as the checker judges it. Times `…Ms` are those of `sharedMs`. */
export type Facts = {
  /** What was reported, acknowledged or not. */
  events: ReportedEvent[];
  /** What came to the gateway, in order. */
  requests: Pick<LedgerEntry, 'webhookId' | 'readAtMs' | 'notBeforeMs' | 'data'>[];
  deliveries: DeliveryFact[];
  attempts: AttemptFact[];
  /** The events in the histories of all runs. */
  signals: SignalFact[];
  sessions: SessionFact[];
  expectations: Expectation[];
};

export type ReportedEvent = {
  conversationId: string;
  kind: 'message' | 'end';
  /** Of a message; of an end the time that it carries. */
  id: string;
  from: 'agent' | 'user' | 'operator' | null;
  /** By the gateway's clock, epoch milliseconds. */
  atMs: number;
  /** `rest`: answered with 202; `signal`: taken by Temporal. */
  way: 'rest' | 'signal';
  /** When its sender knew that it was taken; null: it never was. */
  acknowledgedMs: number | null;
  /** The same by the clock on the wall, epoch milliseconds. */
  acknowledgedAtMs: number | null;
};

export type DeliveryFact = {
  id: string;
  sessionId: string;
  followupId: string;
  conversationId: string;
  status: string;
  reason: string;
  /** Its channel's `ambiguousSend` is `never_repeat`. */
  neverRepeat: boolean;
};

export type AttemptFact = {
  deliveryId: string;
  attempt: number;
  /** Epoch milliseconds, by the clock on the wall. */
  askedAtMs: number | null;
  sendingAtMs: number | null;
  outcome: string | null;
};

/** A `message`, a message of `messages`, or an `end` in the history of a run. */
export type SignalFact = { conversationId: string; kind: 'message' | 'end'; from: string | null; id: string };

export type SessionFact = {
  id: string;
  conversationId: string;
  status: 'open' | 'ended';
  /** Whether a workflow carries it, as Temporal says. */
  runs: boolean;
};

/**
 * What the model says of a followup in a conversation: in how many sessions it is to be sent, at least and at most.
 * Between the two lie races whose order nobody can know.
 */
export type Expectation = {
  conversationId: string;
  followupId: string;
  atLeast: number;
  /** In so many of these it may be `unknown` instead of sent: an attempt in a silence of before may have been cut off. */
  unknownInstead?: number;
  atMost: number;
  why: string;
};
