import { findMessageChannels, hashingChannelIds, type MessageChannel } from '../db/queries/channels';
import type { ConversationMatch, StoredConversation } from '../db/queries/sessions';
import { sessionWorkflowId } from '../workflows/identifiers';
import type { ApiDeps } from './deps';
import type { MessageChannels } from './message-channels';
import type { SignalTarget } from './ports';
import { notFound } from './problems';
import type { RequestDeadline } from './request-deadline';

type Deps = Pick<ApiDeps, 'database' | 'secretBox'>;

/** What stands for a conversation id where it would be a phone number or an address. */
const pseudonym = (deps: Pick<ApiDeps, 'secretBox'>, channelId: string, conversationId: string) =>
  deps.secretBox.hmac('conversation', `${channelId}/${conversationId}`);

/** Where the signals of a conversation go, and what its channel is. */
export type Addressed = { target: SignalTarget; channelType: 'webhook' | 'webchat' };

function addressed(
  deps: Pick<ApiDeps, 'secretBox'>,
  channel: MessageChannel | undefined,
  { channelId, conversationId: given }: { channelId: string; conversationId: string },
): Addressed {
  if (!channel || channel.deletedAt) throw notFound('channel');
  const conversationId = channel.hashConversationIds ? pseudonym(deps, channelId, given) : given;
  const workflowId = sessionWorkflowId(channelId, conversationId);
  return { target: { workflowId, channelId, agentId: channel.agentId, conversationId }, channelType: channel.type };
}

/** Finds out where the signals of conversations go. */
export interface Addresses {
  /** @throws ApiProblem 404 for an unknown or deleted channel */
  of(conversation: { channelId: string; conversationId: string }, deadline: RequestDeadline): Promise<Addressed>;
  /** The same for conversations of many channels, with one look at the database at most; what it returns throws the 404. */
  ofAll(
    channelIds: readonly string[],
    deadline: RequestDeadline,
  ): Promise<(conversation: { channelId: string; conversationId: string }) => Addressed>;
}

export function createAddresses(deps: Pick<ApiDeps, 'secretBox'>, channels: MessageChannels): Addresses {
  const addresses: Addresses = {
    async of(conversation, deadline) {
      return (await addresses.ofAll([conversation.channelId], deadline))(conversation);
    },
    async ofAll(channelIds, deadline) {
      const found = await channels.find(channelIds, deadline);
      return (conversation) => addressed(deps, found.get(conversation.channelId), conversation);
    },
  };
  return addresses;
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
  const found = await deadline.database(findMessageChannels(deps.database.db, [channelId]));
  const channel = found.get(channelId);
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
