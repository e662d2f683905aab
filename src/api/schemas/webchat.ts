import * as z from 'zod';
import { chatMessageAnswer, chatText, messageId } from './chat-messages';
import { exampleTime, instant } from './common';
import { conversationId } from './conversations';

export const webchatAnswer = z
  .strictObject({
    agentName: z.string().meta({ description: 'Who speaks.', example: 'Ada' }),
    channelName: z.string().meta({ description: 'What the chat is called.', example: 'Web shop chat' }),
    available: z.boolean().meta({ description: "Whether these are the agent's hours.", example: true }),
    opensAt: instant('When they begin again; null: they are, or never will be.').nullable(),
    timeZone: z.string().meta({ description: "The agent's time zone.", example: 'Europe/Madrid' }),
  })
  .meta({ id: 'Webchat', description: 'What anybody may know of a web chat.' });

export const newVisitorInput = z.strictObject({}).meta({ id: 'VisitorInput', example: {} });

export const visitorAnswer = z
  .strictObject({
    token: z
      .string()
      .regex(/^wct_[A-Za-z0-9_-]+$/)
      .meta({
        description: 'What the visitor is known by: kept by the browser, and sent as Authorization: Bearer wct_….',
        example: `wct_${'Xq3vT1mQ0wZ8sYb5cN2d'.repeat(4)}Kf7g1A`,
      }),
    conversationId,
    expiresAt: instant('Until then it works; a new one for the same conversation is had with it.'),
  })
  .meta({ id: 'Visitor' });

export const saidInput = z
  .strictObject({
    id: messageId.meta({
      description: 'A name for the message, new for each, by which it is known when it is sent again.',
      example: 'msg-1',
    }),
    text: chatText('What the visitor says.'),
  })
  .meta({ id: 'SaidInput', example: { id: 'msg-1', text: 'Do you ship to Norway?' } });

export const saidAnswer = z
  .strictObject({ message: chatMessageAnswer.meta({ description: 'The message as it is kept.' }) })
  .meta({ id: 'Said' });

/** What goes over the wire, for readers of the document. */
export const chatStream = z.string().meta({
  description: 'Server-sent events.',
  example: `id: NDcxMQ\nevent: message\ndata: {"id":"msg-1","cursor":"NDcxMQ","from":"agent","text":"How can I help?","at":"${exampleTime}","survey":null,"deliveryId":null}\n\n`,
});
