import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { RecordDecisionsInput, SendFollowupInput } from '../activities/ports';
import type { SendOutcome } from '../workflows/policy/apply';

/** What an attempt can come to: told from the start as zero, since an increase from nothing cannot be seen. */
const sendOutcomes: [SendOutcome['outcome'], ...string[]][] = [
  ['sent', ''],
  ['failed', 'gateway_rejected', 'endpoint_gone', 'endpoint_blocked'],
  ['retry', 'failed', 'lost', 'unreachable', 'unverified'],
  ['unknown', ''],
  ['withheld', ''],
  ['stalePlan', ''],
  ['held', 'channel_paused', 'throttled'],
  ['skipped', 'channel_deleted', 'opted_out', 'cooling_down', 'session_ended'],
];

/**
 * Measures what a worker does, by looking at its activities: how long each takes, what sends come to and how late they
 * are, what is decided, what the reconciler finds. No label holds an id: their number would have no bound.
 */
export function measureActivities(registry: Registry): ActivityInterceptorsFactory {
  const registers = [registry];
  const durations = new Histogram({
    name: 'followups_activity_duration_seconds',
    help: 'How long activities took, by their name and whether they failed.',
    labelNames: ['activity', 'result'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    registers,
  });
  const sends = new Counter({
    name: 'followups_sends_total',
    help: 'Attempts to send a followup, by what they came to and why.',
    labelNames: ['outcome', 'reason'],
    registers,
  });
  for (const [outcome, ...reasons] of sendOutcomes) for (const reason of reasons) sends.inc({ outcome, reason }, 0);
  const lateness = new Histogram({
    name: 'followups_send_lateness_seconds',
    help: 'How long after the planned time (sendAt) followups were sent (sentAt).',
    buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600],
    registers,
  });
  const decisions = new Counter({
    name: 'followups_decisions_total',
    help: 'Decisions about followups that were written while their session is open, by status and reason.',
    labelNames: ['status', 'reason'],
    registers,
  });
  const findings = new Counter({
    name: 'followups_reconciler_findings_total',
    help: 'What the reconciler found and settled: a rollout that was never started, a session whose workflow is gone or whose end was cut off.',
    labelNames: ['finding'],
    registers,
  });
  for (const finding of ['rollout', 'session']) findings.inc({ finding }, 0);
  const reconciledAt = new Gauge({
    name: 'followups_reconciler_last_run_timestamp_seconds',
    help: 'When the reconciler last went over the sessions in this process, Unix time; 0: not yet.',
    registers,
  });

  const look: Record<string, (input: unknown, result: unknown) => void> = {
    sendFollowup(input, result) {
      const outcome = result as SendOutcome;
      sends.inc({ outcome: outcome.outcome, reason: reasonOf(outcome) });
      if (outcome.outcome !== 'sent') return;
      lateness.observe(Math.max(0, outcome.sentAtMs - (input as SendFollowupInput).plannedMs) / 1_000);
    },
    recordDecisions(input) {
      for (const { status, reason } of (input as RecordDecisionsInput).decisions) decisions.inc({ status, reason });
    },
    startMissingRollouts(_input, started) {
      findings.inc({ finding: 'rollout' }, started as number);
    },
    settleLostSessions(_input, settled) {
      findings.inc({ finding: 'session' }, settled as number);
      reconciledAt.setToCurrentTime();
    },
  };

  return ({ info: { activityType } }) => ({
    inbound: {
      async execute(input, next) {
        const observe = durations.startTimer({ activity: activityType });
        try {
          const result = await next(input);
          observe({ result: 'done' });
          look[activityType]?.(input.args[0], result);
          return result;
        } catch (error) {
          observe({ result: 'failed' });
          throw error;
        }
      },
    },
  });
}

function reasonOf(outcome: SendOutcome): string {
  if ('reason' in outcome) return outcome.reason;
  return 'cause' in outcome ? outcome.cause : '';
}
