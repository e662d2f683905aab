import { api, type Channel, type Followup, type FollowupInput } from '../../api/client';

/** What an agent's Playground is made of; null: it is not there yet. */
export type Playground = { channel: Channel | null; followup: Followup | null };

/** Somebody watches: so soon a followup comes. */
const trialDelaySeconds = 10;
/** The longest title that the API takes. */
const titleLength = 120;

type Content = Omit<FollowupInput, 'channelIds'>;

const sample: Content = {
  title: 'Still there?',
  message: 'Are you still there?',
  delaySeconds: trialDelaySeconds,
  cooldownSeconds: 0,
};

/** As it is, but soon, and as often as somebody tries. */
const trialOf = ({ title, message, surveyType, trigger, delaySeconds }: Followup): Content => ({
  title: `Try: ${title}`.slice(0, titleLength),
  message,
  surveyType,
  trigger,
  delaySeconds: Math.min(delaySeconds, trialDelaySeconds),
  cooldownSeconds: 0,
  status: 'active',
});

/** Finds what there is: of several channels the oldest, and the followup that is on it alone. */
export async function findPlayground(agentId: string): Promise<Playground> {
  const channels = await api.listChannels({ agentId, playground: 'true', limit: 200 });
  const channel = channels.items.findLast(({ type }) => type === 'webchat') ?? null;
  if (channel === null) return { channel, followup: null };
  const followups = await api.listFollowups({ channelId: channel.id, limit: 200 });
  return { channel, followup: followups.items.find(({ channelIds }) => channelIds.length === 1) ?? null };
}

/**
 * Makes what is missing, and makes the followup of the Playground a copy of another one where one is given.
 *
 * @param sourceId of the followup to be tried; null: the one that is there, or a sample
 * @returns the Playground, and whether another followup was in its place before
 */
export async function arrangePlayground(
  agentId: string,
  sourceId: string | null,
): Promise<{ playground: { channel: Channel; followup: Followup }; isReplaced: boolean }> {
  const source = sourceId === null ? null : await api.getFollowup({ followupId: sourceId });
  const found = await findPlayground(agentId);
  const channel = found.channel ?? (await makeChannel(agentId));
  const { followup } = found;
  if (followup === null) {
    const content = source ? trialOf(source) : sample;
    const made = await api.createFollowup({ ...content, channelIds: [channel.id] });
    return { playground: { channel, followup: made }, isReplaced: false };
  }
  if (source === null || source.id === followup.id) return { playground: { channel, followup }, isReplaced: false };
  const replaced = await api.editFollowup({ followupId: followup.id }, trialOf(source));
  return { playground: { channel, followup: replaced }, isReplaced: true };
}

const makeChannel = (agentId: string): Promise<Channel> =>
  api.createChannel({ agentId, name: 'Playground', type: 'webchat', playground: true, ignoreAvailability: true });
