import * as z from 'zod';
import type { EndEvent, MessageEvent } from '../../workflows/signal-payloads';
import { chatText } from './chat-messages';
import { conversationId } from './conversations';
import { endEventSchema, messageEventSchema } from './message-events';

export type { EndEvent, MessageEvent };

/** A message by REST: as by signal, but a missing time is the time of receipt, which only the API fills in. */
export const reportedMessage = messageEventSchema.omit({ receivedAt: true }).extend({
  at: messageEventSchema.shape.at.optional().meta({
    description:
      'When it was sent, by the clock of the gateway; default: now. Of an agent: at most 5 minutes ahead and 7 days old.',
  }),
});

export const messageInput = reportedMessage
  .extend({
    text: chatText(
      'What the user is to read: on a web chat alone, which shows it. Any other gateway has delivered it already.',
    ).optional(),
  })
  .meta({ id: 'MessageInput', example: { id: 'msg-1', from: 'agent' } });

export type MessageInput = z.output<typeof messageInput>;

export const endInput = endEventSchema
  .extend({
    at: endEventSchema.shape.at
      .optional()
      .meta({ description: 'When it ended, by the clock of the gateway; default: now.' }),
  })
  .meta({ id: 'EndInput', example: { outcome: 'resolved' } });

export type EndInput = z.output<typeof endInput>;

export const acceptedAnswer = z
  .strictObject({
    conversationId: conversationId.meta({
      description: 'The conversation; its HMAC where the channel has `hashConversationIds`.',
    }),
    workflowId: z.string().meta({
      description: 'The workflow of the conversation in Temporal.',
      example: 'session/ch_0199c2a2a4f07e21b2c3d4e5f6071829/visitor-4711',
    }),
    accepted: z.literal(true).meta({ description: 'The event is durable.', example: true }),
  })
  .meta({ id: 'Accepted' });

export type AcceptedAnswer = z.output<typeof acceptedAnswer>;
