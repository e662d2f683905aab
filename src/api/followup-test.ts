import { randomBytes } from 'node:crypto';
import type { ChannelRow } from '../db/queries/channels';
import { insertChatMessage } from '../db/queries/chat-messages';
import type { FollowupRow } from '../db/queries/followups';
import { sendChannelTest, type TestContent, testBody } from './channel-test';
import type { ApiDeps } from './deps';
import { invalidField } from './problems';
import type { ChannelTestAnswer } from './schemas/channel-actions';

type Deps = Pick<ApiDeps, 'database' | 'webhooks' | 'secretBox' | 'publicUrl' | 'clock'>;

/** Looks like the link of a survey, and opens none. */
const surveyOf = ({ surveyType }: FollowupRow, publicUrl: string): TestContent['survey'] =>
  surveyType === null ? null : { type: surveyType, url: `${publicUrl}/s/test` };

/**
 * Sends a followup's message as a test: to the gateway of a channel, or into a conversation of a web chat. It is no
 * delivery, no session learns of it, and it counts for nothing.
 *
 * @param conversationId as the channel's gateway knows it
 * @throws ApiProblem 422 for a web chat without a conversation
 */
export async function sendFollowupTest(
  deps: Deps,
  followup: FollowupRow,
  channel: ChannelRow,
  conversationId: string | undefined,
): Promise<ChannelTestAnswer> {
  const content = {
    followupId: followup.id,
    message: followup.message,
    survey: surveyOf(followup, deps.publicUrl),
    conversationId: conversationId ?? 'test',
  };
  if (channel.endpointUrl !== null) return sendChannelTest(deps, channel, channel.endpointUrl, content);
  if (conversationId === undefined) {
    throw invalidField(
      'conversationId',
      'required',
      '"conversationId" is required for a web chat: name the conversation in which it is to appear, for example "visitor-4711".',
    );
  }
  return showInChat(deps, channel, { ...content, conversationId });
}

async function showInChat(deps: Deps, channel: ChannelRow, content: TestContent): Promise<ChannelTestAnswer> {
  const begunAtMs = performance.now();
  const at = new Date(deps.clock());
  const messageId = `test_${randomBytes(16).toString('hex')}`;
  const { conversationId, message, survey } = content;
  await insertChatMessage(deps.database.db, {
    ...{ channelId: channel.id, conversationId, sender: 'followup' },
    ...{ messageId, text: message, survey, at },
  });
  return {
    request: {
      url: `webchat:${channel.id}`,
      headers: {},
      body: testBody(channel, content, messageId, at.toISOString()),
    },
    response: { kind: 'answered', status: 200, body: JSON.stringify({ messageId }), code: null, meaning: 'sent' },
    durationMs: Math.round(performance.now() - begunAtMs),
  };
}
