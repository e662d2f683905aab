import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { SendAnswer, SendQuestion } from './policy/assess';
import type { Fact, SessionState } from './policy/session-state';
import {
  type EndEvent,
  isEndEvent,
  isMessageEvent,
  type MessageEvent,
  type OptedOut,
  type PlanChanged,
} from './signal-payloads';

export const messageSignal = defineSignal<[MessageEvent]>('message');
export const messagesSignal = defineSignal<[MessageEvent[]]>('messages');
export const optedOutSignal = defineSignal<[OptedOut]>('optedOut');
export const endSignal = defineSignal<[EndEvent]>('end');
export const planChangedSignal = defineSignal<[PlanChanged]>('planChanged');
/** A channel's plan has changed (again): its sessions are to be told. */
export const rolloutRequestedSignal = defineSignal('rolloutRequested');

/** A live session as its workflow tells it. */
export type LiveSession = { runId: string; state: SessionState | null; setAside: number };
export const sessionQuery = defineQuery<LiveSession>('session');

export const sendQuestionQuery = defineQuery<SendAnswer, [SendQuestion]>('isSendWanted');

/**
 * Reads a signal's payload as strictly as the API reads a body.
 *
 * @param nowMs the time of the workflow: what claims to be of the future counts as now
 * @returns null for a payload to set aside; 'echo' for a followup's own message, which changes nothing
 */
export function readMessage(payload: unknown, nowMs: number): Fact | 'echo' | null {
  if (!isMessageEvent(payload)) return null;
  const { id, from, at, awaiting, deliveryId, receivedAt } = payload;
  // Only an agent's message can be an echo: a reply counts whatever it carries.
  if (from === 'agent' && deliveryId !== undefined) return 'echo';
  return {
    kind: 'message',
    id,
    from,
    atMs: clamp(Date.parse(at), nowMs),
    awaiting: awaiting ?? 'user',
    receivedAtMs: receivedAt === undefined ? null : Date.parse(receivedAt),
  };
}

/** Reads the payload of an `end`; null when it is to be set aside. */
export function readEnd(payload: unknown, nowMs: number): Fact | null {
  if (!isEndEvent(payload)) return null;
  return { kind: 'end', atMs: clamp(Date.parse(payload.at), nowMs), outcome: payload.outcome ?? null };
}

/** Between 1970 and now. */
const clamp = (atMs: number, nowMs: number) => Math.max(0, Math.min(atMs, nowMs));
