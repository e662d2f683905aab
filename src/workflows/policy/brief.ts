import {
  type LoadedPlan,
  nothingSaid,
  type OpenedSession,
  type PlannedFollowup,
  type SessionState,
} from './session-state';

/*
 * What a session knows crosses Temporal's histories: once when it opens, and twice whenever a run hands it to the next,
 * which parked sessions do often. Most of it is as in most sessions, and is left out there: half of the bytes.
 *
 * A value once listed as usual is usual for good, since it is absent in stored histories. What is written in full is read
 * as well.
 */

const usualFollowup = {
  trigger: 'no_reply',
  maxLatenessMs: null,
  coolUntilMs: null,
  off: null,
} satisfies Partial<PlannedFollowup>;

const usualPlan = {
  channelDeleted: false,
  messagingWindowMs: null,
  outsideWindow: 'skip',
  queueRelease: 'spaced',
  maxLatenessMs: null,
  maxFollowupsPerSession: null,
} satisfies Partial<LoadedPlan>;

const usualOpened = {
  floorMs: null,
  earlierUserAtMs: null,
  unanswered: false,
  optedOut: false,
} satisfies Partial<OpenedSession>;

const usualState = { ...usualOpened, ...nothingSaid, hours: null };

type Brief<Whole, Usual> = Omit<Whole, keyof Usual> & Partial<Pick<Whole, keyof Usual & keyof Whole>>;

type BriefFollowup = Brief<PlannedFollowup, typeof usualFollowup>;
export type BriefPlan = Omit<Brief<LoadedPlan, typeof usualPlan>, 'followups'> & { followups: BriefFollowup[] };
export type BriefOpened = Omit<Brief<OpenedSession, typeof usualOpened>, 'plan'> & { plan: BriefPlan };
export type BriefState = Omit<Brief<SessionState, typeof usualState>, 'plan'> & { plan: BriefPlan };

const isUsual = (value: unknown, usual: unknown): boolean =>
  typeof usual === 'object' && usual !== null
    ? typeof value === 'object' && value !== null && Object.keys(value).length === 0
    : value === usual;

function without<Whole extends object, Usual extends object>(whole: Whole, usual: Usual): Brief<Whole, Usual> {
  const told = Object.entries(whole).filter(
    ([field, value]) => !(field in usual && isUsual(value, usual[field as keyof Usual])),
  );
  return Object.fromEntries(told) as Brief<Whole, Usual>;
}

export function briefPlan(plan: LoadedPlan): BriefPlan {
  return {
    ...without(plan, usualPlan),
    followups: plan.followups.map((followup) => without(followup, usualFollowup)),
  };
}

export function wholePlan(brief: BriefPlan): LoadedPlan {
  return { ...usualPlan, ...brief, followups: brief.followups.map((followup) => ({ ...usualFollowup, ...followup })) };
}

export function briefOpened({ plan, ...opened }: OpenedSession): BriefOpened {
  return { ...without(opened, usualOpened), plan: briefPlan(plan) };
}

export function wholeOpened({ plan, ...brief }: BriefOpened): OpenedSession {
  return { ...usualOpened, ...brief, plan: wholePlan(plan) };
}

export function briefState({ plan, ...state }: SessionState): BriefState {
  return { ...without(state, usualState), plan: briefPlan(plan) };
}

export function wholeState({ plan, ...brief }: BriefState): SessionState {
  return { ...usualState, ...brief, plan: wholePlan(plan) };
}
