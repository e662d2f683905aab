import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { SessionActivities } from '../activities/ports';

/**
 * Short work on the database, safe to repeat and repeated until it succeeds. Local activities: each costs one event
 * instead of three, and none of them asks the session anything.
 */
export const database = proxyLocalActivities<Omit<SessionActivities, 'sendFollowup'>>({
  startToCloseTimeout: '5 seconds',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
});

/**
 * One attempt to send. A regular activity, since it asks its own session by a query; never repeated by Temporal: what an
 * attempt came to is for the session to judge, and the pause before the next is the session's state.
 */
export const gateway = proxyActivities<Pick<SessionActivities, 'sendFollowup'>>({
  startToCloseTimeout: '15 seconds',
  retry: { maximumAttempts: 1 },
});
