import { requireDecoded } from './payload-converter';
import { type BriefState, briefState, wholeState } from './policy/brief';
import { type AgentHeard, agentNotHeard, hearAgent } from './policy/order-of-receipt';
import type { Fact, SessionState } from './policy/session-state';

type CarriedWith<State> = {
  setAside: number;
  /** Until when the run is parked; absent: it was not. */
  parkedUntilMs?: number;
} & ({ kind: 'session'; state: State } | { kind: 'messages'; facts: Fact[]; floorMs: number });

/** What a run hands to the next: the same session, or messages that open the next one. */
export type Carried = CarriedWith<SessionState>;

/** As it stands in the history. */
type CarriedInBrief = CarriedWith<BriefState>;

export const inBrief = (carried: Carried): CarriedInBrief =>
  carried.kind === 'session' ? { ...carried, state: briefState(carried.state) } : carried;

/** @throws Error when it could not be decoded, see {@link requireDecoded} */
export function readCarried(input: unknown): Carried {
  const carried = requireDecoded(input) as CarriedInBrief;
  return carried.kind === 'session' ? { ...carried, state: wholeState(carried.state) } : carried;
}

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
