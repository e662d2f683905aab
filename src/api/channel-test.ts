import { randomBytes } from 'node:crypto';
import { signingSecrets } from '../activities/signing-secrets';
import type { ChannelRow } from '../db/queries/channels';
import type { SurveyType } from '../db/schema';
import { classifyAnswer } from '../gateway/answers';
import { type SendResult, signedHeaders } from '../gateway/send-webhook';
import type { ApiDeps } from './deps';
import type { ChannelTestAnswer } from './schemas/channel-actions';

const shownBytes = 2_048;

/** The beginning of a text, without the half of a character where it was cut. */
function beginning(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= shownBytes
    ? text
    : bytes
        .subarray(0, shownBytes)
        .toString()
        .replace(/\uFFFD+$/, '');
}

/** What is sent as a test. */
export type TestContent = {
  followupId: string;
  conversationId: string;
  message: string;
  survey: { type: SurveyType; url: string } | null;
};

/** The test of a channel alone. Its ids are not of the form that ids have. */
const channelTest: TestContent = {
  followupId: 'flw_test',
  conversationId: 'test',
  message: 'This is a test. Users should not see it.',
  survey: null,
};

/** The body of a followup's request, with ids of a session and a delivery that no real one has. */
export function testBody(channel: ChannelRow, content: TestContent, deliveryId: string, at: string): string {
  return JSON.stringify({
    type: 'followup.send',
    timestamp: at,
    data: {
      deliveryId,
      followupId: content.followupId,
      sessionId: 'ses_test',
      channelId: channel.id,
      conversationId: content.conversationId,
      agentId: channel.agentId,
      message: content.message,
      survey: content.survey,
      anchorAt: at,
      dueAt: at,
      expiresAt: at,
      withinWindow: true,
      test: true,
    },
  });
}

function answerOf(result: SendResult): ChannelTestAnswer['response'] {
  const nothing = { status: null, body: null, code: null, meaning: null };
  switch (result.kind) {
    case 'answered':
      return {
        ...nothing,
        kind: 'answered',
        status: result.status,
        body: beginning(result.body),
        meaning: classifyAnswer(result.status, result.body),
      };
    case 'blocked':
      return { ...nothing, kind: 'blocked' };
    case 'unreachable':
    case 'lost':
      return { ...nothing, kind: result.kind, code: result.code };
    case 'withheld':
      throw new Error('A test has no fence that could withhold it.');
  }
}

/**
 * Sends a signed test to a channel's endpoint, as a followup is sent. It is no delivery, and changes nothing: neither
 * the channel's health, nor whether it is paused. Takes as long as a followup may, 10 seconds.
 */
export async function sendChannelTest(
  deps: Pick<ApiDeps, 'webhooks' | 'secretBox' | 'clock'>,
  channel: ChannelRow,
  url: string,
  content: TestContent = channelTest,
): Promise<ChannelTestAnswer> {
  const nowMs = deps.clock();
  const webhookId = `dlv_test_${randomBytes(16).toString('hex')}`;
  const request = {
    url,
    webhookId,
    secrets: signingSecrets(deps.secretBox, channel, nowMs),
    body: testBody(channel, content, webhookId, new Date(nowMs).toISOString()),
  };
  // The time stands still, so that the signature that is shown is the one that is sent.
  const headers = signedHeaders(request, nowMs);
  const result = await deps.webhooks.send({ ...request, nowMs: () => nowMs });
  return {
    request: { url, headers, body: request.body },
    response: answerOf(result),
    durationMs: 'durationMs' in result ? result.durationMs : 0,
  };
}
