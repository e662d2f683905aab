import { type AgentHeard, agentNotHeard, hearAgent } from './policy/order-of-receipt';
import type { Fact, SessionState } from './policy/session-state';

/** What a run hands to the next: the same session, or messages that open the next one. */
export type Carried = {
  setAside: number;
  /** Until when the run is parked; absent: it was not. */
  parkedUntilMs?: number;
} & ({ kind: 'session'; state: SessionState } | { kind: 'messages'; facts: Fact[]; floorMs: number });

/** What the runs before have heard of the agent, as far as it was handed on. */
export function heardOfAgent(carried: Carried | null, nowMs: number): AgentHeard {
  if (carried?.kind === 'session') {
    const { lastAgent } = carried.state;
    return lastAgent ? hearAgent(agentNotHeard, lastAgent, nowMs) : agentNotHeard;
  }
  const messages = (carried?.facts ?? []).filter((fact) => fact.kind === 'message');
  return messages
    .filter(({ from }) => from === 'agent')
    .reduce((heard, message) => hearAgent(heard, message, nowMs), agentNotHeard);
}
