import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type Agent, api, type Channel, every, type Followup } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { whole } from '../../api/lists';
import { lastAgentId } from '../../shell/agent';

/** How far somebody has come: what there is of the agent that was looked at last, or of the first one. */
export type Progress = { agent: Agent | null; channel: Channel | null; followup: Followup | null };

export const useProgress = () => useQuery<Progress>({ queryKey: queryKeys.firstSteps, queryFn: findProgress });

/** Those made for trying out are none of its channels and followups. */
async function findProgress(): Promise<Progress> {
  const agents = await whole(every(api.listAgents, { limit: 200 }));
  const agent = agents.find(({ id }) => id === lastAgentId()) ?? agents.at(-1);
  if (!agent) return { agent: null, channel: null, followup: null };
  const [channels, followups] = await Promise.all([
    whole(every(api.listChannels, { agentId: agent.id, playground: 'false', limit: 200 })),
    whole(every(api.listFollowups, { agentId: agent.id, limit: 200 })),
  ]);
  const isReal = (channelId: string) => channels.some(({ id }) => id === channelId);
  const followup = followups.findLast(({ channelIds }) => channelIds.some(isReal)) ?? null;
  const channel = channels.find(({ id }) => followup?.channelIds.includes(id)) ?? channels.at(-1) ?? null;
  return { agent, channel, followup };
}

/** Has everything read again that a step may have added to. */
export function useStepDone(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    for (const list of ['agents', 'channels', 'followups']) void client.invalidateQueries({ queryKey: [list] });
    await client.invalidateQueries({ queryKey: queryKeys.firstSteps });
  };
}
