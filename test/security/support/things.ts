import type { TestGateway } from '../../support/gateway';
import type { Parts } from './parts';

/** An agent with a channel that leads to a gateway, and one followup on it. */
export async function makeThings(
  parts: Pick<Parts, 'call'>,
  gateway: TestGateway,
  { delaySeconds, hashConversationIds = false }: { delaySeconds: number; hashConversationIds?: boolean },
) {
  const agent = await parts.call(201, 'POST', '/v1/agents', { name: 'Ada', identity: { timeZone: 'Europe/Madrid' } });
  const channel = await parts.call(201, 'POST', '/v1/channels', {
    ...{ agentId: agent.id, name: 'Chat', endpoint: { url: gateway.url }, hashConversationIds },
  });
  gateway.secret = channel.signingSecret;
  const followup = await parts.call(201, 'POST', '/v1/followups', {
    ...{ title: 'Still there?', message: 'Are you still there?', delaySeconds, channelIds: [channel.id] },
  });
  return { agentId: agent.id as string, channelId: channel.id as string, followupId: followup.id as string };
}

let reported = 0;

/** Reports that somebody wrote now. */
export function report(
  parts: Pick<Parts, 'call'>,
  channelId: string,
  conversationId: string,
  from: 'agent' | 'user',
): Promise<{ workflowId: string }> {
  const path = `/v1/channels/${channelId}/conversations/${encodeURIComponent(conversationId)}/messages`;
  return parts.call(202, 'POST', path, { id: `m-${++reported}`, from });
}
