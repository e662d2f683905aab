import * as z from 'zod';
import type { ChatSender } from '../../db/schema';
import { id, instant, text } from './common';
import { surveyType } from './followups';
import { messageEventSchema } from './message-events';

/** The longest message of a web chat, in characters. */
export const maxChatTextLength = 4_096;

export const chatSender = z
  .enum(['user', 'agent', 'operator', 'followup'] as const satisfies readonly ChatSender[])
  .meta({ description: 'Who said it on a web chat.', example: 'agent' });

/** The id that its sender gave a message. */
export const messageId = messageEventSchema.shape.id;

export const chatText = (description: string) => text(maxChatTextLength, description, 'How can I help?');

const exampleCursor = 'NDcxMQ';

export const chatMessageAnswer = z
  .strictObject({
    id: z.string().meta({
      description: 'The id that its sender gave it; with `from` it is the only one in the conversation.',
      example: 'msg-1',
    }),
    cursor: z.string().meta({
      description: 'Its place: what comes after it is asked for with `?after=`, or as `Last-Event-ID`.',
      example: exampleCursor,
    }),
    from: chatSender,
    text: z.string().meta({ description: 'What was said.', example: 'How can I help?' }),
    at: instant('When it was said.'),
    survey: z
      .strictObject({
        type: surveyType,
        url: z.string().meta({
          description: 'Where it is answered.',
          example: 'https://followups.example.com/s/Xq3vT1mQ0wZ8sYb5cN2dKf7g',
        }),
      })
      .nullable()
      .meta({ description: 'The survey that goes with a followup.', example: null }),
    deliveryId: id('dlv', 'The delivery that a followup is.').nullable(),
  })
  .meta({ id: 'ChatMessage' });

export type ChatMessageAnswer = z.output<typeof chatMessageAnswer>;

export const transcriptQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'Messages at once.', example: 50 }),
  after: z.string().min(1).max(40).optional().meta({
    description: 'The `cursor` of a message: only what comes after it.',
    example: exampleCursor,
  }),
});

export const transcriptAnswer = z
  .strictObject({
    items: z.array(chatMessageAnswer).meta({ description: 'Oldest first.' }),
    nextCursor: z.string().nullable().meta({
      description: 'Ask with ?after= for the next ones; null: there are no more at the moment.',
      example: null,
    }),
  })
  .meta({ id: 'Transcript' });
