import { continueAsNew, proxyActivities, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { RolloutActivities, RolloutPage } from '../activities/ports';
import { rolloutRequestedSignal } from './messages';
import { requireDecoded } from './payload-converter';

/** Tells the open sessions of a channel that its plan has changed: a page at a time, each safe to repeat. */
const { rollOutPage } = proxyActivities<RolloutActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** How far a rollout has come; handed to the next run. */
type Rollout = { channelId: string; revision: number | null; afterSessionId: string | null; told: number };

const pagesPerRun = 500;

/**
 * The rollout of a channel's plan, one at a time for each channel: asked for again while it runs, it goes over the
 * sessions once more, for the newest revision. Durable, so that no session is left out whatever crashes.
 */
export async function rollOutPlan(input: Pick<Rollout, 'channelId'> & Partial<Rollout>): Promise<{ told: number }> {
  let requested = false;
  setHandler(rolloutRequestedSignal, () => {
    requested = true;
  });
  // The signal that started this asks for what is done anyway.
  if (input.revision == null) requested = false;
  let rollout: Rollout = { revision: null, afterSessionId: null, told: 0, ...requireDecoded(input) };
  for (let pages = 0; ; pages++) {
    if (pages >= pagesPerRun) {
      return continueAsNew<typeof rollOutPlan>(
        requested ? { ...rollout, revision: null, afterSessionId: null } : rollout,
      );
    }
    const page: RolloutPage = await rollOutPage(rollout);
    const told = rollout.told + page.told;
    setCurrentDetails(`Revision ${page.revision} of channel ${rollout.channelId}: ${told} sessions told.`);
    if (page.lastSessionId !== null) {
      rollout = { ...rollout, revision: page.revision, afterSessionId: page.lastSessionId, told };
    } else if (requested || page.newerRevision) {
      requested = false;
      rollout = { ...rollout, revision: null, afterSessionId: null, told };
    } else {
      return { told };
    }
  }
}
