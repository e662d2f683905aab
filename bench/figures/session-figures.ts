import { temporal } from '@temporalio/proto';
import { billableActions } from './billable-actions';

type History = temporal.api.history.v1.IHistory;
type Event = temporal.api.history.v1.IHistoryEvent;

/** What a run cost, as its history tells it. */
export type SessionFigures = {
  events: number;
  actions: number;
  /** Until the first send is scheduled; null: nothing was sent. */
  actionsBeforeFirstSend: number | null;
  signals: number;
  sends: number;
  timersStarted: number;
  timersCancelled: number;
  workflowTasks: number;
  /** What its tasks decided, each an event: timers, activities, markers, upserts, the end of a run. */
  commands: number;
  /** Of the events as the server stores them. */
  bytes: number;
  /**
   * From one signal to the next, the mean: four (the signal, and its task scheduled, started and completed) where each has
   * a task of its own and nothing else happens. The first signal, which opens the session, and all after the last one are
   * left out. null: fewer than three signals.
   */
  eventsPerMessageArmed: number | null;
};

/** Activities that send. */
const sending = ['sendFollowup', 'deliver'];

/** Reads the figures from the history of one run. Pure, and the same for the same history. */
export function sessionFigures(history: History): SessionFigures {
  const events = history.events ?? [];
  const count = (is: (event: Event) => unknown) => events.filter(is).length;
  const firstSend = events.findIndex(isSend);
  return {
    events: events.length,
    actions: billableActions(events),
    actionsBeforeFirstSend: firstSend < 0 ? null : billableActions(events.slice(0, firstSend)),
    signals: count((event) => event.workflowExecutionSignaledEventAttributes),
    sends: count(isSend),
    timersStarted: count((event) => event.timerStartedEventAttributes),
    timersCancelled: count((event) => event.timerCanceledEventAttributes),
    workflowTasks: count((event) => event.workflowTaskCompletedEventAttributes),
    commands: count(isOfCommand),
    bytes: events.reduce((sum, event) => sum + temporal.api.history.v1.HistoryEvent.encode(event).finish().length, 0),
    eventsPerMessageArmed: eventsPerMessage(events),
  };
}

const isSend = ({ activityTaskScheduledEventAttributes: scheduled }: Event): boolean =>
  sending.includes(scheduled?.activityType?.name ?? '');

/** What a command caused says in which task it was given. */
const isOfCommand = (event: Event): boolean =>
  Object.entries(event).some(
    ([name, attributes]) =>
      name.endsWith('EventAttributes') && attributes != null && 'workflowTaskCompletedEventId' in attributes,
  );

function eventsPerMessage(events: readonly Event[]): number | null {
  const signals = events.flatMap((event, index) => (event.workflowExecutionSignaledEventAttributes ? [index] : []));
  const [, second] = signals;
  const last = signals.at(-1);
  if (second === undefined || last === undefined || last === second) return null;
  return (last - second) / (signals.length - 2);
}

/** The history until its second signal: what opening the session alone came to. */
export function untilSecondSignal(history: History): History {
  const events = history.events ?? [];
  const signals = events.flatMap((event, index) => (event.workflowExecutionSignaledEventAttributes ? [index] : []));
  return { events: events.slice(0, signals[1] ?? events.length) };
}
