import type { ApiDeps } from './deps';

/**
 * Has the sessions of these channels learn of a change that has committed. Nobody waits for it and no request fails
 * for it: a rollout that was never started is found and started later.
 */
export function startRollouts(deps: Pick<ApiDeps, 'rollouts' | 'logger'>, channelIds: string[]): void {
  if (channelIds.length === 0) return;
  Promise.resolve()
    .then(() => deps.rollouts.start(channelIds))
    .catch((error: unknown) => {
      deps.logger.warn(
        { err: error, channelIds },
        'A rollout of a changed plan could not be started; it is made up for',
      );
    });
}
