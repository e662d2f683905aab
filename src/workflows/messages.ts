import { defineQuery, defineSignal } from '@temporalio/workflow';
import { z } from 'zod';
import type { SendAnswer, SendQuestion } from './policy/assess';
import type { Fact, SessionState } from './policy/session-state';

// The sandbox of a workflow allows no code made from strings, which zod would try for speed.
z.config({ jitless: true });

const time = z.iso.datetime({ offset: true }).meta({
  description: 'ISO 8601 with a zone, milliseconds kept',
  example: '2026-11-30T08:00:00.000Z',
});

/** A message that somebody sent in a conversation: never its text, the service needs none. */
export const messageEventSchema = z
  .strictObject({
    id: z.string().min(1).max(200).meta({
      description: "The gateway's id of the message; a retried event with the same sender and id counts once",
      example: 'msg-1',
    }),
    from: z.enum(['agent', 'user', 'operator']).meta({
      description: 'Who sent it: the AI agent, the user (any member of a group), or a human operator',
      example: 'agent',
    }),
    at: time.meta({
      description: 'When it was sent, by the clock of the gateway',
      example: '2026-11-30T08:00:00.000Z',
    }),
    awaiting: z.enum(['user', 'operator', 'nobody']).optional().meta({
      description: 'Whom an agent message waits for; ordinary followups are armed by `user` alone, the default',
      example: 'user',
    }),
    deliveryId: z.string().min(1).max(100).optional().meta({
      description: "The delivery that this agent message is the echo of: a followup's own message arms nothing",
      example: 'dlv_0123456789abcdef0123456789abcdef',
    }),
    receivedAt: time.optional().meta({
      description: 'When the API received it; filled in by the API',
      example: '2026-11-30T08:00:00.250Z',
    }),
  })
  .meta({ id: 'MessageEvent' });
export type MessageEvent = z.infer<typeof messageEventSchema>;

/** Messages of one conversation that were reported together: they are applied together, in order of time. */
export const messagesEventSchema = z.array(messageEventSchema).min(1).max(500);

/** The conversation opted out of followups, or in again. */
export const optedOutSchema = z.strictObject({ optedOut: z.boolean() });
export type OptedOut = z.infer<typeof optedOutSchema>;

/** The gateway says that a conversation is over. */
export const endEventSchema = z
  .strictObject({
    at: time.meta({ description: 'When it ended', example: '2026-11-30T09:00:00.000Z' }),
    outcome: z.enum(['resolved', 'unresolved']).nullable().optional().meta({
      description: 'Whether the matter of the conversation was resolved',
      example: 'resolved',
    }),
  })
  .meta({ id: 'EndEvent' });
export type EndEvent = z.infer<typeof endEventSchema>;

/** The channel's plan has a newer revision. */
export const planChangedSchema = z.strictObject({ revision: z.number().int().positive() });
export type PlanChanged = z.infer<typeof planChangedSchema>;

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
  const parsed = messageEventSchema.safeParse(payload);
  if (!parsed.success) return null;
  const { id, from, at, awaiting, deliveryId, receivedAt } = parsed.data;
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
  const parsed = endEventSchema.safeParse(payload);
  if (!parsed.success) return null;
  return { kind: 'end', atMs: clamp(Date.parse(parsed.data.at), nowMs), outcome: parsed.data.outcome ?? null };
}

/** Between 1970 and now. */
const clamp = (atMs: number, nowMs: number) => Math.max(0, Math.min(atMs, nowMs));
