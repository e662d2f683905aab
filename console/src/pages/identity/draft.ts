import type { Agent, AgentInput } from '../../api/client';
import { sentNumber } from '../../api/sent-number';
import { asTime } from './clock';

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

/** Hours as they are typed. `key` tells one from another while they are moved and removed. */
export type Interval = { key: string; from: string; to: string };
export type Week = Record<Weekday, Interval[]>;
/** A date with hours of its own; none: closed. */
export type ExceptionDraft = { key: string; date: string; hours: Interval[] };

/** An agent as it is edited. The hours stay where they are while it is always available, in case it is not. */
export type AgentDraft = {
  name: string;
  timeZone: string;
  mode: 'always' | 'hours';
  week: Week;
  exceptions: ExceptionDraft[];
  queueRelease: Agent['queueRelease'];
  maxLatenessSeconds: number | null;
  maxFollowupsPerSession: number | null;
};

let lastKey = 0;
export const newKey = (): string => `${++lastKey}`;

export const interval = (from: string, to: string): Interval => ({ key: newKey(), from, to });

/** `HH:MM` compares as text. */
const byTime = (one: { from: string }, other: { from: string }) => (one.from < other.from ? -1 : 1);

const emptyWeek = (): Week => ({
  monday: [],
  tuesday: [],
  wednesday: [],
  thursday: [],
  friday: [],
  saturday: [],
  sunday: [],
});

/** Where a person begins who has no hours yet. */
export function officeHours(): Week {
  const week = emptyWeek();
  for (const day of weekdays.slice(0, 5)) week[day] = [interval('09:00', '17:00')];
  return week;
}

export function draftOf(agent: Agent): AgentDraft {
  const { timeZone, availability } = agent.identity;
  const week = emptyWeek();
  const hours = availability.mode === 'hours' ? availability : { weekly: [], exceptions: [] };
  for (const { day, from, to } of hours.weekly.toSorted(byTime)) week[day].push(interval(from, to));
  return {
    name: agent.name,
    timeZone,
    mode: availability.mode,
    week,
    exceptions: (hours.exceptions ?? [])
      .toSorted((one, other) => (one.date < other.date ? -1 : 1))
      .map(({ date, hours: ofDate }) => ({
        key: newKey(),
        date,
        hours: ofDate.toSorted(byTime).map(({ from, to }) => interval(from, to)),
      })),
    queueRelease: agent.queueRelease,
    maxLatenessSeconds: agent.maxLatenessSeconds,
    maxFollowupsPerSession: agent.maxFollowupsPerSession,
  };
}

const timesOf = ({ from, to }: Interval) => ({ from: asTime(from), to: asTime(to) });

const sentOrNull = (typed: number | null) => (typed === null ? null : sentNumber(typed));

/** The whole draft as the API takes it. Its hours have the order of the draft: see `errorsOf`. */
export const patchOf = (draft: AgentDraft) =>
  ({
    name: draft.name,
    identity: {
      timeZone: draft.timeZone,
      availability:
        draft.mode === 'always'
          ? { mode: 'always' }
          : {
              mode: 'hours',
              weekly: weekdays.flatMap((day) => draft.week[day].map((each) => ({ day, ...timesOf(each) }))),
              exceptions: draft.exceptions.map(({ date, hours }) => ({ date, hours: hours.map(timesOf) })),
            },
    },
    queueRelease: draft.queueRelease,
    maxLatenessSeconds: sentOrNull(draft.maxLatenessSeconds),
    maxFollowupsPerSession: sentOrNull(draft.maxFollowupsPerSession),
  }) satisfies AgentInput;
