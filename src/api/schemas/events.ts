import * as z from 'zod';
import { followupReasons, followupStatuses } from '../../workflows/policy/reasons';
import { chatSender } from './chat-messages';
import { exampleTime, id, instant } from './common';
import { conversationId } from './conversations';

/** The id of an event in examples: the shape of a real one. */
export const exampleEventId = 'NDcxMS40Mi4xNzk2MDI5MjAwMDAw';

export const eventTypes = [
  'session.opened',
  'session.ended',
  'delivery.queued',
  'delivery.sending',
  'delivery.sent',
  'delivery.skipped',
  'delivery.failed',
  'delivery.unknown',
  'delivery.responded',
  'chat.message',
] as const;

export type EventType = (typeof eventTypes)[number];

/** The `data` of one event of the stream. */
export const streamEvent = z
  .strictObject({
    type: z.enum(eventTypes).meta({
      description: 'What happened; also the name of the event. A delivery tells its new status, and each new reason.',
      example: 'delivery.sent',
    }),
    at: instant('When it happened.'),
    channelId: id('ch', 'The channel.'),
    conversationId,
    sessionId: id('ses', 'The session; not of `chat.message`.').optional(),
    deliveryId: id('dlv', 'The delivery; of `delivery.…`, and of a `chat.message` from a followup.').optional(),
    followupId: id('flw', 'The followup; of `delivery.…` alone.').optional(),
    status: z.enum(followupStatuses).optional().meta({ description: 'The status of the delivery.', example: 'sent' }),
    reason: z.enum(followupReasons).optional().meta({ description: 'The reason of that status.', example: 'sent' }),
    from: chatSender.optional(),
    messageId: z.string().optional().meta({
      description: "The sender's id of the message; of `chat.message` alone. Its text is in the transcript.",
      example: 'msg-1',
    }),
    responseAt: instant('When the user wrote again; of `delivery.responded` alone.').optional(),
    endedBy: z
      .string()
      .nullable()
      .optional()
      .meta({ description: 'What ended the session; of `session.ended` alone.', example: 'gateway' }),
    outcome: z
      .enum(['resolved', 'unresolved'])
      .nullable()
      .optional()
      .meta({ description: 'What the gateway said at the end; of `session.ended` alone.', example: 'resolved' }),
  })
  .meta({ id: 'StreamEvent' });

export type StreamEvent = z.output<typeof streamEvent>;

/** What goes over the wire, for readers of the document. */
export const eventStream = z.string().meta({
  description: 'Server-sent events.',
  example: `id: ${exampleEventId}\nevent: session.opened\ndata: {"type":"session.opened","at":"${exampleTime}","channelId":"ch_0199c2a2a4f07e21b2c3d4e5f6071829","conversationId":"visitor-4711","sessionId":"ses_0199c2a4d6e27043b4e5f60718293a4b"}\n\n`,
});

export const eventsQuery = z.strictObject({
  channelId: id('ch', 'Events of this channel only.').optional(),
  lastEventId: z.string().min(1).max(200).optional().meta({
    description: 'The same as the header Last-Event-ID, for clients that cannot send it; the header goes first.',
    example: exampleEventId,
  }),
});
