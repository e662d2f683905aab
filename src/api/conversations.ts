import { findMessageChannel, findMessageChannels, hashingChannelIds } from '../db/queries/channels';
import type { ConversationMatch, StoredConversation } from '../db/queries/sessions';
import { sessionWorkflowId } from '../workflows/identifiers';
import type { ApiDeps } from './deps';
import type { SignalTarget } from './ports';
import { notFound } from './problems';
import type { RequestDeadline } from './request-deadline';

type Deps = Pick<ApiDeps, 'database' | 'secretBox'>;

/** What stands for a conversation id where it would be a phone number or an address. */
const pseudonym = (deps: Deps, channelId: string, conversationId: string) =>
  deps.secretBox.hmac('conversation', `${channelId}/${conversationId}`);

/** Where the signals of a conversation go, and what its channel is. */
export type Addressed = { target: SignalTarget; channelType: 'webhook' | 'webchat' };

type MessageChannel = Awaited<ReturnType<typeof findMessageChannel>>;

function addressed(
  deps: Deps,
  channel: MessageChannel | undefined,
  { channelId, conversationId: given }: { channelId: string; conversationId: string },
): Addressed {
  if (!channel || channel.deletedAt) throw notFound('channel');
  const conversationId = channel.hashConversationIds ? pseudonym(deps, channelId, given) : given;
  const workflowId = sessionWorkflowId(channelId, conversationId);
  return { target: { workflowId, channelId, agentId: channel.agentId, conversationId }, channelType: channel.type };
}

/** @throws ApiProblem 404 for an unknown or deleted channel */
export async function addressOf(
  deps: Deps,
  conversation: { channelId: string; conversationId: string },
  deadline: RequestDeadline,
): Promise<Addressed> {
  const channel = await deadline.database(findMessageChannel(deps.database.db, conversation.channelId));
  return addressed(deps, channel, conversation);
}

/**
 * Where the signals of a conversation go.
 *
 * @throws ApiProblem 404 for an unknown or deleted channel
 */
export const signalTarget = async (...args: Parameters<typeof addressOf>): Promise<SignalTarget> =>
  (await addressOf(...args)).target;

/** {@link addressOf} for conversations of many channels, with one look at the database. */
export async function addressesOf(
  deps: Deps,
  channelIds: string[],
  deadline: RequestDeadline,
): Promise<(conversation: { channelId: string; conversationId: string }) => Addressed> {
  const channels = await deadline.database(findMessageChannels(deps.database.db, channelIds));
  return (conversation) => addressed(deps, channels.get(conversation.channelId), conversation);
}

/**
 * As what a conversation is stored. Reads take the gateway's own id and, as answers show it, the pseudonym. History
 * outlives its channel, so a deleted one will do.
 *
 * @throws ApiProblem 404 for an unknown channel
 */
export async function storedConversation(
  deps: Deps,
  { channelId, conversationId }: { channelId: string; conversationId: string },
  deadline: RequestDeadline,
): Promise<StoredConversation> {
  const channel = await deadline.database(findMessageChannel(deps.database.db, channelId));
  if (!channel) throw notFound('channel');
  const conversationIds = [conversationId];
  if (channel.hashConversationIds) conversationIds.push(pseudonym(deps, channelId, conversationId));
  return { channelId, conversationIds };
}

/** What a list's filter for a conversation id looks for: the id itself, and its pseudonym on channels that have them. */
export async function conversationMatch(
  deps: Deps,
  conversationId: string | undefined,
  deadline: RequestDeadline,
): Promise<ConversationMatch | undefined> {
  if (conversationId === undefined) return undefined;
  const hashing = await deadline.database(hashingChannelIds(deps.database.db));
  return [
    { conversationId, channelIds: null },
    ...hashing.map((channelId) => ({
      conversationId: pseudonym(deps, channelId, conversationId),
      channelIds: [channelId],
    })),
  ];
}
