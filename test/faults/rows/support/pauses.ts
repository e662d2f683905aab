import { tsToMs } from '@temporalio/common/lib/time';
import type { Installation } from '../../installation/installation';
import type { Conversation } from '../../world/conversation';

/**
 * How long the session of a conversation decided to wait after each attempt that is to be repeated, in milliseconds,
 * from its run's history: from the task that learned of the attempt to the moment for which the last timer before the
 * next attempt was set. Exact, however busy the machine is.
 */
export async function pausesBetweenAttempts({ client }: Installation, chat: Conversation): Promise<number[]> {
  const { events } = await client.workflow.getHandle(chat.workflowId).fetchHistory();
  const pauses: number[] = [];
  const attempts = new Set<string>();
  let taskStartedAtMs = 0;
  let isNews = false;
  let learnedAtMs: number | null = null;
  for (const event of events ?? []) {
    if (event.activityTaskScheduledEventAttributes?.activityType?.name === 'sendFollowup') {
      attempts.add(String(event.eventId));
      learnedAtMs = null;
    }
    const completed = event.activityTaskCompletedEventAttributes;
    if (completed && attempts.has(String(completed.scheduledEventId))) {
      isNews = JSON.parse(Buffer.from(completed.result?.payloads?.[0]?.data ?? []).toString()).outcome === 'retry';
    }
    // The workflow's clock stands still within a task.
    if (event.workflowTaskStartedEventAttributes) taskStartedAtMs = Math.floor(tsToMs(event.eventTime));
    if (event.workflowTaskCompletedEventAttributes && isNews) {
      isNews = false;
      learnedAtMs = taskStartedAtMs;
      pauses.push(0);
    }
    const timer = event.timerStartedEventAttributes;
    if (timer && learnedAtMs !== null) {
      pauses[pauses.length - 1] = taskStartedAtMs + tsToMs(timer.startToFireTimeout) - learnedAtMs;
    }
  }
  return pauses;
}
