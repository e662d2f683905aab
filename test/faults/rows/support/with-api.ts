import type { World } from '../../world/world';
import { strayApi } from './stray-programs';

/**
 * Has an API that is nobody's worker answer while something is done: embedded the one process is both, so that whoever
 * freezes or kills the worker would have nobody to report to. The cluster has such APIs already.
 */
export async function withApi(world: World, work: () => Promise<void>): Promise<void> {
  const { installation, calls } = world;
  if (installation.form === 'cluster') return work();
  const { part, url } = await strayApi(installation);
  try {
    await part.start();
    calls.ask([url]);
    await work();
    await part.stop();
  } finally {
    calls.ask(installation.apiUrls);
    await part.kill();
  }
}
