import { createContext, useContext } from 'react';
import type { Agent } from '../api/client';

export const AgentContext = createContext<Agent | null>(null);

/** The agent whose room this page is in. */
export function useAgent(): Agent {
  const agent = useContext(AgentContext);
  if (!agent) throw new Error('This page is in no room of an agent.');
  return agent;
}

const storageKey = 'followups-agent';

/** The agent that was looked at last: where a person comes back to. */
export function lastAgentId(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

export function rememberAgent(agentId: string): void {
  try {
    localStorage.setItem(storageKey, agentId);
  } catch {
    // Then the first one is shown.
  }
}
