import { z } from 'zod';
import type { EndEvent, MessageEvent } from '../../workflows/signal-payloads';

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
  .meta({ id: 'MessageEvent' }) satisfies z.ZodType<MessageEvent>;

/** The gateway says that a conversation is over. */
export const endEventSchema = z
  .strictObject({
    at: time.meta({ description: 'When it ended', example: '2026-11-30T09:00:00.000Z' }),
    outcome: z.enum(['resolved', 'unresolved']).nullable().optional().meta({
      description: 'Whether the matter of the conversation was resolved',
      example: 'resolved',
    }),
  })
  .meta({ id: 'EndEvent' }) satisfies z.ZodType<EndEvent>;
