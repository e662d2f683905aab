import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { parseSessionWorkflowId } from './identifiers';

/** By which a person finds sessions in the Web UI. Set at the start where the API starts the workflow: that is free. */
export const searchAttributes = {
  channelId: defineSearchAttributeKey('FollowupsChannelId', SearchAttributeType.KEYWORD),
  agentId: defineSearchAttributeKey('FollowupsAgentId', SearchAttributeType.KEYWORD),
  conversationId: defineSearchAttributeKey('FollowupsConversationId', SearchAttributeType.KEYWORD),
};

/** Sets what can be read from the workflow id, for a session that a gateway started straight in Temporal. */
export function identifySession(): void {
  const { workflowId, typedSearchAttributes } = workflowInfo();
  const id = parseSessionWorkflowId(workflowId);
  if (!id || typedSearchAttributes.get(searchAttributes.channelId) !== undefined) return;
  upsertSearchAttributes([
    { key: searchAttributes.channelId, value: id.channelId },
    { key: searchAttributes.conversationId, value: id.conversationId },
  ]);
}
