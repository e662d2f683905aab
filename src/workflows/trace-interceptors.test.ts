import type { Headers, SignalInput, WorkflowInterceptors } from '@temporalio/workflow';
import { interceptors } from './trace-interceptors';

const place = (text: string): Headers => ({
  traceparent: { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(text)) },
});

/** Calls the interceptors as the SDK would. */
function run({ inbound, outbound }: WorkflowInterceptors) {
  const [comes] = inbound ?? [];
  const [goes] = outbound ?? [];
  const handed = (call: (next: (input: { headers: Headers }) => Promise<never>) => unknown): Headers => {
    let headers: Headers = {};
    call(async (input) => {
      headers = input.headers;
      return undefined as never;
    });
    return headers;
  };
  return {
    signal: (signalName: string, headers: Headers) =>
      comes?.handleSignal?.({ signalName, headers, args: [] } satisfies SignalInput, async () => {}),
    start: (headers: Headers) => comes?.execute?.({ headers, args: [] }, async () => undefined),
    activity: (activityType: string) =>
      handed((next) => goes?.scheduleActivity?.({ activityType, headers: {}, args: [], options: {}, seq: 1 }, next)),
    nextRun: () =>
      handed((next) =>
        goes?.continueAsNew?.({ headers: {}, args: [], options: { workflowType: 'conversationSession' } }, next),
      ),
  };
}

describe('the place in a trace', () => {
  it('goes from the newest report to the sends, and to nothing else', () => {
    const session = run(interceptors());
    session.start({});
    session.signal('message', place('a'));
    session.signal('messages', place('b'));
    session.signal('planChanged', place('c'));
    expect(session.activity('sendFollowup')).toEqual(place('b'));
    expect(session.activity('recordDecisions')).toEqual({});
    session.signal('end', place('d'));
    expect(session.activity('sendFollowup')).toEqual(place('d'));
  });

  it('goes on in the next run, where signals may come before the start', () => {
    const first = run(interceptors());
    first.signal('message', place('a'));
    const second = run(interceptors());
    second.start(first.nextRun());
    expect(second.activity('sendFollowup')).toEqual(place('a'));

    const third = run(interceptors());
    third.signal('message', place('b'));
    third.start(first.nextRun());
    expect(third.activity('sendFollowup')).toEqual(place('b'));
  });

  it('is forgotten with a report that has none, or something else', () => {
    const session = run(interceptors());
    session.signal('message', place('a'));
    session.signal('message', {});
    expect(session.activity('sendFollowup')).toEqual({});
    session.signal('message', place('x'.repeat(200)));
    expect(session.nextRun()).toEqual({});
    session.signal('message', { traceparent: { metadata: { ['x'.repeat(201)]: Buffer.from('') } } });
    expect(session.nextRun()).toEqual({});
  });
});
