import { reconcileScheduleId } from '../../../../src/temporal/reconcile-schedule';
import type { Installation } from '../../installation/installation';

/** Has the Schedule run the reconciler now; by itself it does so every minute. */
export const reconcileNow = ({ client, taskQueue }: Installation): Promise<void> =>
  client.schedule.getHandle(reconcileScheduleId(taskQueue)).trigger();
