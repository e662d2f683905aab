import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import type { Logger } from 'pino';
import type { Database } from '../db/client';
import type { FencePool } from '../db/fence-pool';
import { closeSession } from '../db/queries/close-session';
import { recordDecisions } from '../db/queries/decisions';
import { openSession } from '../db/queries/open-session';
import { recordResponse } from '../db/queries/responses';
import { readPlan } from '../db/queries/session-plan';
import type { WebhookSender } from '../gateway/send-webhook';
import type { SecretBox } from '../secret-box';
import { briefOpened, briefPlan } from '../workflows/policy/brief';
import { checkAvailability } from './check-availability';
import { withSafeFailures } from './failures';
import type { ReconcileActivities, RolloutActivities, SendFollowupInput, SessionActivities } from './ports';
import { createLostSessionSettler, startMissingRollouts } from './reconcile';
import { rollOutPage } from './roll-out-plan';
import { sendFollowup } from './send-followup';
import { settleLostAttempt } from './settle-lost-attempt';

export type ActivityDeps = {
  database: Database;
  fences: FencePool;
  webhooks: WebhookSender;
  secretBox: SecretBox;
  logger: Logger;
  now: () => number;
  /** Where the API is reached from outside, without a slash at the end. */
  publicUrl: string;
  /** Asks the session of a run whether it still wants a followup sent. */
  askSession: (run: { workflowId: string; runId: string }, input: SendFollowupInput) => Promise<boolean>;
  /** Tells a running session that its channel's plan has a newer revision. */
  announcePlan: (workflowId: string, revision: number) => Promise<void>;
  startRollouts: (channelIds: string[]) => Promise<void>;
  isRunning: (workflowId: string) => Promise<boolean>;
  /** How long the sessions are parked at most that are opened from now on; null: they are lazy. */
  parkMs: number | null;
};

type AllActivities = SessionActivities & RolloutActivities & ReconcileActivities;

/** What a worker registers: the activities of sessions, rollouts and the reconciler, bound to the real world. */
export function createActivities(deps: ActivityDeps): AllActivities {
  const { db } = deps.database;
  const reconciling = { db, startRollouts: deps.startRollouts, isRunning: deps.isRunning };
  const activities: AllActivities = {
    async openSession(input) {
      const run = { ...executing(), firstRunId: input.firstRunId };
      const answer = await openSession(db, run, input, deps.now());
      if (answer.kind !== 'opened') return answer;
      const parked = deps.parkMs === null ? {} : { parkMs: deps.parkMs };
      return { kind: 'opened', ...briefOpened({ ...answer.session, ...parked }) };
    },
    async loadPlan(input) {
      const plan = await readPlan(db, { ...input, nowMs: deps.now() });
      if (!plan) throw new Error('unknown channel');
      return briefPlan(plan);
    },
    checkAvailability: (input) => checkAvailability(db, input),
    sendFollowup(input) {
      const { workflowId, runId } = executing();
      const isWanted = () => deps.askSession({ workflowId, runId }, input);
      return sendFollowup({ ...deps, isWanted }, input, { workflowId, abortSignal: cancellationSignal() });
    },
    settleLostAttempt: (input) => settleLostAttempt(deps, input),
    recordDecisions: ({ sessionId, decisions }) => recordDecisions(db, sessionId, decisions),
    recordResponse: ({ channelId, conversationId, atMs }) => recordResponse(db, channelId, conversationId, atMs),
    closeSession: (input) => closeSession(db, input),
    rollOutPage: (input) => rollOutPage({ db, announcePlan: deps.announcePlan, heartbeat }, input),
    startMissingRollouts: () => startMissingRollouts(reconciling),
    settleLostSessions: createLostSessionSettler(reconciling),
  };
  return Object.fromEntries(
    Object.entries(activities).map(([name, run]) => [name, withSafeFailures(name, run as never)]),
  ) as unknown as AllActivities;
}

const executing = () => {
  const { workflowExecution } = activityInfo();
  if (!workflowExecution) throw new Error('This activity runs for a workflow only.');
  return workflowExecution;
};
