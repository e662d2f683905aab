import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { SendFollowupInput } from '../activities/ports';
import type { SendOutcome } from '../workflows/policy/apply';
import { readTraceHeader } from './trace-header';
import type { Tracer } from './tracer';

/**
 * Makes two spans of each attempt to send, below that of the call that last reported something to the session: how long
 * the session waited, and the attempt. An attempt is never repeated by Temporal, so that there are no two of one.
 */
export function traceSends(tracer: Tracer): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute(input, next) {
        const reported = info.activityType === 'sendFollowup' ? readTraceHeader(input.headers) : null;
        if (reported === null) return next(input);
        const { sessionId, followupId, anchorMs, dueMs, plannedMs } = input.args[0] as SendFollowupInput;
        const attributes = { 'followups.session.id': sessionId, 'followups.followup.id': followupId };
        const waited = tracer.record({
          ...{ parent: reported, name: 'session waits', kind: 'internal', attributes },
          ...{ startMs: anchorMs, endMs: info.scheduledTimestampMs },
          events: [
            { name: 'due', atMs: dueMs },
            { name: 'planned', atMs: plannedMs },
          ],
        });
        return tracer.root('sendFollowup', { kind: 'consumer', attributes, parent: waited }, async (span) => {
          const outcome = (await next(input)) as SendOutcome;
          span.set({ 'followups.outcome': outcome.outcome });
          if ('reason' in outcome) span.set({ 'followups.reason': outcome.reason });
          if ('cause' in outcome) span.set({ 'followups.reason': outcome.cause });
          if (outcome.outcome === 'sent') span.set({ 'followups.lateness_ms': outcome.sentAtMs - plannedMs });
          return outcome;
        });
      },
    },
  });
}
