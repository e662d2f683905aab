import { type Agent, type AgentInput, api, type Followup } from '../../api/client';
import { localTimeZone } from '../../words/time-zones';
import type { Progress } from './progress';

/** What the forms begin with, and what the samples are. */
export const samples = {
  agent: (): AgentInput => ({ name: 'Ada', identity: { timeZone: localTimeZone() } }),
  channel: (agentId: string) => ({ agentId, name: 'Web chat', type: 'webchat' as const }),
  followup: (channelId: string) => ({
    title: 'Still there?',
    message: 'Are you still there? I am happy to help.',
    delaySeconds: 1_800,
    channelIds: [channelId],
  }),
};

/** Makes a sample of everything that is missing. */
export async function makeSamples(progress: Progress): Promise<{ agent: Agent; followup: Followup }> {
  const agent = progress.agent ?? (await api.createAgent(samples.agent()));
  const channel = progress.channel ?? (await api.createChannel(samples.channel(agent.id)));
  const followup = progress.followup ?? (await api.createFollowup(samples.followup(channel.id)));
  return { agent, followup };
}
