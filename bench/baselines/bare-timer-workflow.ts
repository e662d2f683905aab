import { proxyActivities, sleep } from '@temporalio/workflow';
import type { BaselineActivities, Delivery } from './activities';

const { deliver } = proxyActivities<BaselineActivities>({ startToCloseTimeout: '15 seconds' });

/** The floor of lateness: a timer, then one activity. */
export async function bareTimer({ dueAtMs, ...delivery }: Delivery & { dueAtMs: number }): Promise<void> {
  await sleep(Math.max(1, dueAtMs - Date.now()));
  await deliver(delivery);
}
