import {
  CancellationScope,
  condition,
  defineSignal,
  isCancellation,
  proxyActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type { BaselineActivities, Delivery } from './activities';

const { deliver } = proxyActivities<BaselineActivities>({ startToCloseTimeout: '15 seconds' });

/** What one would write first: each message cancels the timer, and each of the agent's starts it anew. */
export async function eagerSession({ delayMs, ...delivery }: Delivery & { delayMs: number }): Promise<void> {
  let silence: CancellationScope | null = null;
  let isDue = false;
  setHandler(defineSignal<[{ from: string }]>('message'), ({ from }) => {
    silence?.cancel();
    silence = null;
    if (from !== 'agent') return;
    const scope = new CancellationScope();
    silence = scope;
    const over = () => {
      isDue = true;
    };
    scope
      .run(() => sleep(delayMs))
      .then(over, (error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
  });
  await condition(() => isDue);
  await deliver(delivery);
}
