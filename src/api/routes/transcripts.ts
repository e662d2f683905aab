import { storedConversation } from '../conversations';
import type { ApiDeps } from '../deps';
import { type Operation, operation } from '../operation';
import { transcriptAnswer, transcriptQuery } from '../schemas/chat-messages';
import { conversationParams } from '../schemas/conversations';
import { readTranscript } from '../webchat/transcript';

export function transcriptOperations(deps: ApiDeps): Operation[] {
  const read = operation(
    {
      method: 'get',
      path: '/v1/channels/{channelId}/conversations/{conversationId}/transcript',
      name: 'getTranscript',
      tag: 'Web chat',
      summary: 'Read what was said on a web chat',
      description:
        'Oldest first. A bot follows `chat.message` of `GET /v1/events`, which has no texts, and reads here what came after the message that it read last. Kept for `transcriptRetentionSeconds` of the channel. Of other channels nothing is kept.',
      scopes: ['gateway'],
      params: conversationParams,
      query: transcriptQuery,
      answers: { 200: { description: 'The messages.', schema: transcriptAnswer } },
    },
    async ({ params, query, deadline }) => {
      // For the 404 of a channel that never was.
      await storedConversation(deps, params, deadline);
      return readTranscript(deps, params, query, deadline);
    },
  );
  return [read];
}
