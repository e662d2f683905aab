import type { Payload } from '@temporalio/common';
import type { Headers, WorkflowInterceptors } from '@temporalio/workflow';
import { endSignal, messageSignal, messagesSignal } from './messages';
import { withoutPromiseStacks } from './promise-stacks';

/** Where signals, activities and runs carry the place in a trace that they belong to. */
export const traceHeaderName = 'traceparent';

/** Anybody may signal anything: what is larger than a trace's place can be is not carried on. */
const mostBytes = 200;

const reports: readonly string[] = [messageSignal.name, messagesSignal.name, endSignal.name];

/**
 * Hands the place in a trace on: from the signal that last reported something, also across runs, to the sends. It comes
 * from the history and is not looked into here, so that every replay does the same, whether or not anything is traced
 * there; signals without it leave no trace in the history either.
 */
export function interceptors(): WorkflowInterceptors {
  let trace: Headers = {};
  const remember = (headers: Headers) => {
    const payload = headers[traceHeaderName];
    trace = payload && sizeOf(payload) <= mostBytes ? { [traceHeaderName]: payload } : {};
  };
  return {
    internals: [withoutPromiseStacks()],
    inbound: [
      {
        execute(input, next) {
          // A signal that was there before the run began was handled before it.
          if (trace[traceHeaderName] === undefined) remember(input.headers);
          return next(input);
        },
        handleSignal(input, next) {
          if (reports.includes(input.signalName)) remember(input.headers);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity(input, next) {
          if (input.activityType !== 'sendFollowup') return next(input);
          return next({ ...input, headers: { ...input.headers, ...trace } });
        },
        continueAsNew: (input, next) => next({ ...input, headers: { ...input.headers, ...trace } }),
      },
    ],
  };
}

function sizeOf({ data, metadata }: Payload): number {
  const metadataSizes = Object.entries(metadata ?? {}).map(([name, value]) => name.length + value.length);
  return metadataSizes.reduce((sum, size) => sum + size, data?.length ?? 0);
}
