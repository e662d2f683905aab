import { applyAvailability, applySend, beginSend, type SendOutcome } from '../apply';
import type { HoursAt } from '../explain';
import { type Action, nextAction } from '../next-action';
import { type Fact, type KnownHours, type PendingDecision, reduceAll, type SessionState } from '../session-state';
import { notePassedOver, settle } from '../settle';

export type Sent = { followupId: string; atMs: number };
export type Simulation = {
  state: SessionState;
  sent: Sent[];
  decisions: PendingDecision[];
  closed: Extract<Action, { type: 'close' }> | null;
};

export const alwaysOpen: HoursAt = () => ({ open: true, untilMs: null });

/**
 * Runs a session as its workflow does, with time made up: every event is taken in at its arrival, and the next action is
 * carried out at once.
 */
export function simulate(
  start: SessionState,
  arrivals: { atMs: number; fact: Fact }[],
  options: {
    fromMs: number;
    untilMs: number;
    hoursAt?: HoursAt;
    send?: (followupId: string, atMs: number) => SendOutcome;
  },
): Simulation {
  const hoursAt = options.hoursAt ?? alwaysOpen;
  const send = options.send ?? ((_, atMs) => ({ outcome: 'sent' as const, sentAtMs: atMs }));
  const inbox = [...arrivals].sort((a, b) => a.atMs - b.atMs);
  const sent: Sent[] = [];
  const decisions: PendingDecision[] = [];
  let state = start;
  let nowMs = options.fromMs;
  for (let steps = 0; steps < 10_000 && nowMs <= options.untilMs; steps++) {
    const facts: Fact[] = [];
    while (inbox[0] && inbox[0].atMs <= nowMs) facts.push((inbox.shift() as { fact: Fact }).fact);
    if (facts.length > 0) {
      state = reduceAll(notePassedOver(state, Math.min(nowMs, ...facts.map(({ atMs }) => atMs))), facts);
    }
    state = settle(state, nowMs);
    const action = nextAction(state, nowMs);
    switch (action.type) {
      case 'wait':
        nowMs = Math.min(action.untilMs, inbox[0]?.atMs ?? Infinity);
        break;
      case 'checkAvailability':
        state = applyAvailability(state, { ...hoursAt(nowMs), askedAtMs: nowMs } as KnownHours);
        break;
      case 'send': {
        state = beginSend(state, action.followupId, nowMs);
        const outcome = send(action.followupId, nowMs);
        if (outcome.outcome === 'sent') sent.push({ followupId: action.followupId, atMs: nowMs });
        state = applySend(state, action.followupId, outcome, nowMs, 0.5);
        break;
      }
      case 'recordDecisions':
        decisions.push(...state.decisions);
        state = { ...state, decisions: [] };
        break;
      case 'recordResponse':
        state = { ...state, responseAtMs: null, unanswered: false };
        break;
      case 'loadPlan':
        state = { ...state, announcedRevision: state.plan.revision };
        break;
      case 'close':
        decisions.push(...state.decisions);
        return { state: { ...state, decisions: [] }, sent, decisions, closed: action };
    }
  }
  return { state, sent, decisions, closed: null };
}
