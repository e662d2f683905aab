export const sessionWorkflowType = 'conversationSession';

/** What a conversation id may look like: it is part of a workflow id. */
export const conversationIdPattern = /^[A-Za-z0-9._~@+:=-]{1,200}$/;

/** The workflow id of a conversation: one at a time, so that all its messages reach the same session. */
export function sessionWorkflowId(channelId: string, conversationId: string): string {
  return `session/${channelId}/${conversationId}`;
}

/** The inverse of {@link sessionWorkflowId}; null for an id of another form. */
export function parseSessionWorkflowId(workflowId: string): { channelId: string; conversationId: string } | null {
  const [prefix, channelId, conversationId, ...rest] = workflowId.split('/');
  if (prefix !== 'session' || !channelId || !conversationId || rest.length > 0) return null;
  return conversationIdPattern.test(conversationId) ? { channelId, conversationId } : null;
}

export const reconcileWorkflowType = 'reconcile';

export const rolloutWorkflowType = 'rollOutPlan';

/** The workflow id of a channel's rollout: one at a time. */
export const rolloutWorkflowId = (channelId: string): string => `rollout/${channelId}`;
