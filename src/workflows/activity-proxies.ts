import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { SessionActivities } from '../activities/ports';

const database = {
  startToCloseTimeout: '5 seconds',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
} as const;

/**
 * What only reads, or writes what more events would write as well. Local activities: each costs one event instead of
 * six. Such an activity has run before the server knows of it: when a signal comes in that moment, the workflow task is
 * done again with the signal, and the activity, too, perhaps after another decision.
 */
export const reading =
  proxyLocalActivities<Pick<SessionActivities, 'openSession' | 'loadPlan' | 'checkAvailability' | 'recordResponse'>>(
    database,
  );

/** What carries out a decision. Regular activities: the decision is durable before anything follows from it. */
export const deciding =
  proxyActivities<Pick<SessionActivities, 'recordDecisions' | 'closeSession' | 'settleLostAttempt'>>(database);

/** The options of a send, also for the call that gives it a summary. */
export const oneAttempt = { startToCloseTimeout: '15 seconds', retry: { maximumAttempts: 1 } } as const;

/**
 * One attempt to send. A regular activity, since it asks its own session by a query; never repeated by Temporal: what an
 * attempt came to is for the session to judge, and the pause before the next is the session's state.
 */
export const gateway = proxyActivities<Pick<SessionActivities, 'sendFollowup'>>(oneAttempt);
