import type { Installation } from '../../installation/installation';
import type { Conversation } from '../../world/conversation';

/** `WorkflowTaskFailedCause.UNHANDLED_COMMAND` of Temporal's API: a signal came in at the task's end. */
const unhandledCommand = 1;

/** Workflow tasks of the conversations' newest runs that failed by their code. */
export async function failedTasks({ client }: Installation, chats: readonly Conversation[]): Promise<string[]> {
  const histories = await Promise.all(
    chats.map(({ workflowId }) => client.workflow.getHandle(workflowId).fetchHistory()),
  );
  return histories.flatMap(({ events }) =>
    (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
      failed && Number(failed.cause) !== unhandledCommand ? [`${failed.cause}: ${failed.failure?.message}`] : [],
    ),
  );
}
