import * as z from 'zod';
import { exampleIds, id, problemSchema } from './common';
import { conversationId } from './conversations';
import { acceptedAnswer, reportedMessage } from './messages';

export const maxBatchMessages = 500;
export const maxBatchBytes = 1_048_576;

export const batchMessage = reportedMessage.extend({ channelId: id('ch', 'The channel.'), conversationId }).meta({
  id: 'BatchMessage',
  description: 'A message with its channel and conversation.',
  example: { channelId: exampleIds.ch, conversationId: 'visitor-4711', id: 'msg-1', from: 'agent' },
});

export type BatchMessage = z.output<typeof batchMessage>;

/** An object that is no message: its own result says so, and the others are taken all the same. */
const anyObject = z.looseObject({}).meta({
  description: 'Any other object: its result is a 422 that says what is wrong with it.',
});

export const batchInput = z
  .strictObject({
    messages: z
      .array(z.union([batchMessage, anyObject]))
      .min(1)
      .max(maxBatchMessages)
      .meta({ description: 'The messages, of any conversations, in any order.' }),
  })
  .meta({
    id: 'MessageBatchInput',
    example: {
      messages: [
        { channelId: exampleIds.ch, conversationId: 'visitor-4711', id: 'msg-1', from: 'agent' },
        { channelId: exampleIds.ch, conversationId: 'visitor-4711', id: 'msg-2', from: 'user' },
      ],
    },
  });

/** A problem of one message; the request's id is in the header. */
const resultProblem = problemSchema.omit({ requestId: true }).meta({
  id: 'ResultProblem',
  description: 'What is wrong with this message (RFC 9457).',
});

export const batchAnswer = z
  .strictObject({
    results: z
      .array(
        z
          .strictObject({
            index: z.int().meta({ description: 'Which message: 0 is the first.', example: 0 }),
            status: z.int().meta({
              description: 'As if it had been sent alone: 202, or the status of the problem.',
              example: 202,
            }),
            conversationId: acceptedAnswer.shape.conversationId.optional(),
            workflowId: acceptedAnswer.shape.workflowId.optional(),
            problem: resultProblem.optional(),
          })
          .meta({ id: 'MessageResult' }),
      )
      .meta({ description: 'One for each message, in the same order.' }),
  })
  .meta({ id: 'MessageBatchAnswer' });

export type BatchAnswer = z.output<typeof batchAnswer>;
export type MessageResult = BatchAnswer['results'][number];
