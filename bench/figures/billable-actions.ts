import type { temporal } from '@temporalio/proto';

type Event = temporal.api.history.v1.IHistoryEvent;

/** Activities that put a question to their own workflow: a query is an action, and not in the history. */
const askingOnce = ['sendFollowup'];

/** Set by the SDK itself for `patched()`; not counted. */
const ownSearchAttributes = ['TemporalChangeVersion'];

/**
 * Billable actions of a run, or of its beginning, by Temporal Cloud's definition (https://docs.temporal.io/cloud/actions):
 *
 * - a start, also by continue-as-new: 1; signal-with-start is one action in all, so its start is counted with its signal
 * - each signal: 1
 * - each timer started: 1; cancelling costs nothing
 * - each attempt of an activity: 1 (of the attempts the history holds the number of the last)
 * - all markers of one workflow task together (local activities, patches): 1; each heartbeat of a workflow task: 1
 * - each upsert of search attributes: 1, but for the SDK's own; those given at the start: nothing
 * - each query: 1; the one before each send is counted with its activity, those of people who look are not
 *
 * The schedule of the reconciler is once for an installation, not for a session.
 */
export function billableActions(events: readonly Event[]): number {
  const askedBy = new Set<string>();
  const tasksWithMarkers = new Set<string>();
  let actions = 0;
  for (const [index, event] of events.entries()) {
    if (event.workflowExecutionStartedEventAttributes) {
      const isSignalledAtOnce = Boolean(events[index + 1]?.workflowExecutionSignaledEventAttributes);
      const isContinued = Boolean(event.workflowExecutionStartedEventAttributes.continuedExecutionRunId);
      if (isContinued || !isSignalledAtOnce) actions++;
    }
    if (event.workflowExecutionSignaledEventAttributes || event.timerStartedEventAttributes) actions++;
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled && askingOnce.includes(scheduled.activityType?.name ?? '')) askedBy.add(String(event.eventId));
    const started = event.activityTaskStartedEventAttributes;
    if (started) {
      const attempts = Math.max(1, started.attempt ?? 1);
      actions += attempts * (askedBy.has(String(started.scheduledEventId)) ? 2 : 1);
    }
    const marker = event.markerRecordedEventAttributes;
    if (marker) tasksWithMarkers.add(String(marker.workflowTaskCompletedEventId));
    if (isHeartbeat(event, events[index + 1])) actions++;
    const upserted = event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields;
    if (upserted && Object.keys(upserted).some((name) => !ownSearchAttributes.includes(name))) actions++;
  }
  return actions + tasksWithMarkers.size;
}

/** A task that is completed only to be begun again keeps itself alive while a local activity runs. */
const isHeartbeat = (event: Event, next: Event | undefined) =>
  Boolean(event.workflowTaskCompletedEventAttributes && next?.workflowTaskScheduledEventAttributes);
