import type { MessageEvent } from '../../src/workflows/signal-payloads';

/** The trace that everything here is measured with: agent and user in turn, the agent first and last. */
export const messagesPerSession = 21;

/** Clients that report at the same time, each one session after the other. */
export const clients = 16;

export const messageIndexes: readonly number[] = Array.from({ length: messagesPerSession }, (_, index) => index);

/** @param atMs epoch milliseconds */
export function messageOf(index: number, atMs: number): MessageEvent {
  return { id: `m-${index}`, from: index % 2 === 0 ? 'agent' : 'user', at: new Date(atMs).toISOString() };
}
