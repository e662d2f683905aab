import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { sessionFigures, untilSecondSignal } from '../../bench/figures/session-figures';

const stored = (name: string) =>
  historyFromJSON(
    JSON.parse(readFileSync(join(__dirname, '..', '..', 'src', 'workflows', 'histories', `${name}.json`), 'utf8')),
  );

test('a quiet session, counted by hand', () => {
  // One that is not recorded again: how often a session wakes depends on how busy the machine was.
  const figures = sessionFigures(stored('before-brief-histories-quiet'));
  expect(figures).toMatchObject({
    ...{ events: 33, signals: 2, sends: 1, timersStarted: 2, timersCancelled: 0, workflowTasks: 6 },
    // 2 signals, 2 timers, a task with a local activity, the send with its question, the closing
    actions: 8,
    actionsBeforeFirstSend: 4,
    eventsPerMessageArmed: null,
  });
  expect(figures.bytes).toBeGreaterThan(2_000);
});

test('signals that share a task cost an event each', () => {
  const event = (attributes: object) => ({ eventId: null, ...attributes });
  const signal = event({ workflowExecutionSignaledEventAttributes: {} });
  const task = [
    event({ workflowTaskScheduledEventAttributes: {} }),
    event({ workflowTaskStartedEventAttributes: {} }),
    event({ workflowTaskCompletedEventAttributes: {} }),
  ];
  const started = event({ workflowExecutionStartedEventAttributes: {} });
  const events = [started, signal, ...task, signal, ...task, signal, ...task, signal, signal, ...task];
  // From the second signal to the last: two with a task each, and one without.
  expect(sessionFigures({ events }).eventsPerMessageArmed).toBe(3);
  expect(sessionFigures({ events })).toMatchObject({ events: 18, signals: 5, actions: 5, sends: 0 });
});

test('attempts, markers, heartbeats and what the SDK does for itself', () => {
  const markers = [1, 2].map(() => ({ markerRecordedEventAttributes: { workflowTaskCompletedEventId: null } }));
  const events = [
    { workflowExecutionStartedEventAttributes: {} },
    { workflowTaskScheduledEventAttributes: {} },
    { workflowTaskCompletedEventAttributes: {} },
    { workflowTaskScheduledEventAttributes: {} },
    { workflowTaskCompletedEventAttributes: {} },
    ...markers,
    {
      upsertWorkflowSearchAttributesEventAttributes: {
        searchAttributes: { indexedFields: { TemporalChangeVersion: {} } },
      },
    },
    { upsertWorkflowSearchAttributesEventAttributes: { searchAttributes: { indexedFields: { Mine: {} } } } },
    { activityTaskScheduledEventAttributes: { activityType: { name: 'closeSession' } } },
    { activityTaskStartedEventAttributes: { attempt: 3 } },
  ];
  // A start, a heartbeat, two markers of one task, one upsert, three attempts.
  expect(sessionFigures({ events }).actions).toBe(7);
});

test('a run that continues another one costs its start', () => {
  expect(sessionFigures(stored('0.1.0-continued-last')).actions).toBeGreaterThan(
    sessionFigures(stored('0.1.0-continued-last')).signals,
  );
});

test('the opening of a session is what comes before its second signal', () => {
  const opening = untilSecondSignal(stored('0.1.0-quiet'));
  expect(opening.events).toHaveLength(7);
});
