import type { Conversation } from '../../world/conversation';
import type { ChannelOptions, World } from '../../world/world';

export type OwnChannel = { channelId: string; followupId: string; chat: Conversation };

/**
 * A channel with a followup of a second and one conversation: what its endpoint fails at concerns no other. The
 * conversation is silent yet.
 */
export async function ownChannel(
  world: World,
  options: ChannelOptions & { followup?: object } = {},
): Promise<OwnChannel> {
  const { channelId } = await world.makeChannel(options);
  const followupId = await world.makeFollowup(channelId, options.followup);
  return { channelId, followupId, chat: world.conversation(channelId) };
}
