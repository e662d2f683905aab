import * as z from 'zod';
import { exampleIds, id } from './common';
import { conversationId } from './conversations';

export const followupTestInput = z
  .strictObject({
    channelId: id('ch', 'Where to send it: a channel of its agent.'),
    conversationId: conversationId.optional().meta({
      description:
        'To whom; a web chat needs one. Left out: the conversation is named `test`, for the gateway to ignore.',
      example: 'visitor-4711',
    }),
  })
  .meta({ id: 'FollowupTestInput', example: { channelId: exampleIds.ch, conversationId: 'visitor-4711' } });
