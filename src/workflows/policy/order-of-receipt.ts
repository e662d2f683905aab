import type { Fact, MessageFact } from './session-state';

/** By how much clocks may differ: a reply that claims to be older than this is late, whoever gave its time. */
export const clockToleranceMs = 5 * 60_000;

/**
 * The newest times of the agent messages that a session has received: of all of them, and of those whose time is that of
 * their receipt, taken from the clock of an API.
 */
export type AgentHeard = { latestMs: number; latestByReceiptMs: number };
export const agentNotHeard: AgentHeard = { latestMs: -Infinity, latestByReceiptMs: -Infinity };

type Times = Pick<MessageFact, 'atMs' | 'receivedAtMs'>;

/**
 * Whether a message has the time of its receipt: it came without one, or claimed one that was ahead of the API's clock.
 *
 * @param nowMs of the workflow when it was received, to which a time of an API that is ahead was brought back
 */
const isTimedOnReceipt = ({ atMs, receivedAtMs }: Times, nowMs: number) =>
  receivedAtMs !== null && atMs >= Math.min(receivedAtMs, nowMs);

/** Takes note of an agent message that was received. */
export function hearAgent(heard: AgentHeard, message: Times, nowMs: number): AgentHeard {
  return {
    latestMs: Math.max(heard.latestMs, message.atMs),
    latestByReceiptMs: isTimedOnReceipt(message, nowMs)
      ? Math.max(heard.latestByReceiptMs, message.atMs)
      : heard.latestByReceiptMs,
  };
}

/**
 * Gives a user's or operator's message its place after the agent messages that were received before it, where times alone
 * would put it before them and cannot be trusted to: two times can be compared when one clock gave both, and the times of
 * receipt are of as many clocks as there are APIs. Only replies are moved, and only to a later time, so that what is in
 * doubt is not sent.
 *
 * @param heard what was received before it
 */
export function inOrderOfReceipt(fact: Fact, heard: AgentHeard, nowMs: number): Fact {
  if (fact.kind !== 'message' || fact.from === 'agent') return fact;
  const isClose = heard.latestByReceiptMs - fact.atMs <= clockToleranceMs;
  const latestAgentMs = isTimedOnReceipt(fact, nowMs) ? heard.latestMs : isClose ? heard.latestByReceiptMs : -Infinity;
  return fact.atMs < latestAgentMs ? { ...fact, atMs: latestAgentMs + 1 } : fact;
}
