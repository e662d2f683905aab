import { proxyActivities } from '@temporalio/workflow';
import type { ReconcileActivities, Reconciled } from '../activities/ports';

const { startMissingRollouts, settleLostSessions } = proxyActivities<ReconcileActivities>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 3 },
});

/**
 * Puts in order what nobody else will: rollouts that were never started, since a process died between a change and its
 * rollout, and sessions whose workflow is gone. Run by a Temporal Schedule, a little at a time.
 */
export async function reconcile(): Promise<Reconciled> {
  const rollouts = await startMissingRollouts();
  const sessions = await settleLostSessions();
  return { rolloutsStarted: rollouts, sessionsSettled: sessions };
}
