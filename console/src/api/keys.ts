/** Names what was read, so that whoever changes it can say what to read again. */
export const queryKeys = {
  consoleSession: ['console-session'],
  agents: ['agents'],
  agent: (agentId: string) => ['agents', agentId],
  availability: (agentId: string) => ['agents', agentId, 'availability'],
  channels: (agentId: string) => ['channels', { agentId }],
  channel: (channelId: string) => ['channels', channelId],
  channelHealth: (channelId: string) => ['channels', channelId, 'health'],
  followups: (agentId: string) => ['followups', { agentId }],
  followup: (followupId: string) => ['followups', followupId],
  followupHistory: (followupId: string) => ['followups', followupId, 'history'],
  agentStats: (agentId: string) => ['stats', 'agent', agentId],
  followupStats: (followupId: string, range: object) => ['stats', 'followup', followupId, range],
  deliveries: (filter: object) => ['deliveries', filter],
  sessions: (filter: object) => ['sessions', filter],
  // Apart from the lists: an event concerns one session, and asking for one asks its workflow.
  session: (sessionId: string) => ['session', sessionId],
  timeline: (sessionId: string) => ['session', sessionId, 'timeline'],
  conversationSession: (channelId: string, conversationId: string) => ['session', { channelId, conversationId }],
  playground: (agentId: string) => ['playground', agentId],
  firstSteps: ['first-steps'],
  apiKeys: ['keys'],
} as const;
