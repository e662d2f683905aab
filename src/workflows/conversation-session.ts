import {
  allHandlersFinished,
  CancellationScope,
  condition,
  log,
  makeContinueAsNewFunc,
  patched,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { OpenSessionResult } from '../activities/ports';
import { closeInput, openInput, sendInput } from './activity-inputs';
import { deciding, gateway, oneAttempt, reading } from './activity-proxies';
import { type Carried, heardOfAgent, inBrief, readCarried } from './carried';
import { parseSessionWorkflowId } from './identifiers';
import { LazyTimers } from './lazy-timers';
import { sendQuestionQuery, sessionQuery } from './messages';
import { patches } from './patches';
import { applyAvailability, applyPlan, applySend, beginSend, type SendOutcome } from './policy/apply';
import { answerSendQuestion, type SendAnswer, type SendQuestion } from './policy/assess';
import { wholeOpened, wholePlan } from './policy/brief';
import { nextAction } from './policy/next-action';
import { parksUntilMs } from './policy/parking';
import { floorAfter, openState, reduceAll, type SessionState } from './policy/session-state';
import { settle } from './policy/settle';
import { identifySession } from './search-attributes';
import { sessionDetails, waitingFor } from './session-details';
import { SessionInbox } from './session-inbox';

/** How a session's workflow ended, for whoever looks at it. */
export type SessionResult = {
  result: 'ended' | 'late' | 'unknown_channel' | 'channel_deleted' | 'erased' | 'nothing_reported';
};

/** History events after which a run continues as new, should the server not have suggested it before. */
const eventsPerRun = 4_000;
/** How long a workflow that was started without a message waits for one. */
const firstMessageWithin = '1 minute';

/**
 * A conversation's session: long-lived, started by the first message, in the name of `session/{channelId}/{conversationId}`.
 *
 * It needs no argument; what is given is read only when an earlier run of its own handed it on.
 */
export async function conversationSession(input?: unknown): Promise<SessionResult> {
  const info = workflowInfo();
  const carried = info.continuedFromExecutionRunId === undefined ? null : readCarried(input);
  let state: SessionState | null = carried?.kind === 'session' ? carried.state : null;
  let cancelled = false;
  const inbox = new SessionInbox(carried?.setAside ?? 0, heardOfAgent(carried, Date.now()));
  const present = () => state && inbox.appliedTo(state);
  setHandler(sessionQuery, () => ({ runId: info.runId, state: present(), setAside: inbox.setAside }));
  setHandler(sendQuestionQuery, (question: SendQuestion): SendAnswer => answerSendQuestion(present(), question));
  CancellationScope.current().cancelRequested.catch(() => {
    cancelled = true;
  });

  // An operator who cancels ends the session; what it began is still put in order.
  return CancellationScope.nonCancellable(async () => {
    identifySession();
    if (!state) {
      const opened = await open(inbox, carried?.kind === 'messages' ? carried : null);
      if ('result' in opened) return opened;
      state = opened;
    }
    return carryOn(
      state,
      carried?.parkedUntilMs ?? 0,
      inbox,
      (next) => (state = next),
      () => cancelled,
    );
  });
}

/** Opens the session that the first messages belong to; a result when there is none to open. */
async function open(
  inbox: SessionInbox,
  carried: Extract<Carried, { kind: 'messages' }> | null,
): Promise<SessionState | SessionResult> {
  const id = parseSessionWorkflowId(workflowInfo().workflowId);
  if (!id) return { result: 'unknown_channel' };
  let handedOn = carried;
  await condition(() => handedOn !== null || !inbox.isEmpty || inbox.setAside > 0, firstMessageWithin);
  for (;;) {
    const facts = [...(handedOn?.facts ?? []), ...inbox.take()];
    const request = openInput(id, facts, handedOn?.floorMs ?? null);
    if (!request) return { result: 'nothing_reported' };
    const answer: OpenSessionResult = await reading.openSession(request);
    if (answer.kind === 'opened') {
      const { kind: _, ...opened } = answer;
      return reduceAll(openState(wholeOpened(opened)), facts);
    }
    log.info('no session was opened', { because: answer.kind });
    setCurrentDetails(`No session was opened: ${answer.kind.replaceAll('_', ' ')}.`);
    if (inbox.isEmpty) return { result: answer.kind };
    handedOn = null;
  }
}

/** The session's life: looks at the state, does the next thing, and looks again, whatever woke it. */
async function carryOn(
  opened: SessionState,
  parkedUntilMs: number,
  inbox: SessionInbox,
  publish: (state: SessionState) => void,
  isCancelled: () => boolean,
): Promise<SessionResult> {
  const timers = new LazyTimers();
  let state = opened;
  for (;;) {
    state = inbox.takeInto(state);
    if (isCancelled() && !state.over) state = { ...state, over: { by: 'operator', atMs: Date.now() } };
    state = settle(state, Date.now());
    publish(state);
    setCurrentDetails(sessionDetails(state));

    const info = workflowInfo();
    const action = nextAction(state, Date.now());
    const isLong = info.continueAsNewSuggested || info.historyLength > eventsPerRun;
    // One that was woken early would sleep again until then.
    if (isLong && action.type !== 'close' && parkedUntilMs <= Date.now()) {
      return handOn({ kind: 'session', state, setAside: inbox.setAside });
    }
    switch (action.type) {
      case 'wait': {
        const untilMs = parksUntilMs(state, action, Date.now(), parkedUntilMs);
        if (untilMs !== null) {
          return handOn({ kind: 'session', state, setAside: inbox.setAside, parkedUntilMs: untilMs });
        }
        await timers.wait(
          action.untilMs,
          () => waitingFor(state, action.untilMs),
          () => inbox.hasNewsFor(state) || isCancelled(),
        );
        break;
      }
      case 'checkAvailability': {
        const { agentId, channelId } = state;
        const hours = await reading.checkAvailability({ agentId, channelId, atMs: Date.now() });
        state = applyAvailability(state, hours);
        break;
      }
      case 'send': {
        state = beginSend(state, action.followupId, Date.now());
        publish(state);
        const outcome = await trySend(state, action.followupId);
        state = applySend(state, action.followupId, outcome, Date.now(), Math.random());
        break;
      }
      case 'loadPlan': {
        const askedRevision = state.announcedRevision;
        const knownFollowupIds = state.plan.followups.map(({ id }) => id);
        const { channelId, conversationId } = state;
        const plan = await reading.loadPlan({ channelId, conversationId, knownFollowupIds });
        state = applyPlan(state, wholePlan(plan), askedRevision, Date.now());
        break;
      }
      case 'recordDecisions': {
        const { sessionId, decisions } = state;
        await deciding.recordDecisions({ sessionId, decisions });
        state = { ...state, decisions: [] };
        break;
      }
      case 'recordResponse': {
        const { channelId, conversationId } = state;
        const { unanswered } = await reading.recordResponse({ channelId, conversationId, atMs: action.atMs });
        state = { ...state, unanswered, responseAtMs: null };
        break;
      }
      case 'close': {
        await deciding.closeSession(closeInput(state, action, inbox.setAside, Date.now()));
        const over = state.over ?? { by: action.endedBy, atMs: action.endedAtMs };
        // No await between this last look and the return: a message that came while closing opens the next session.
        state = inbox.takeInto({ ...state, over });
        if (state.later.length === 0) return { result: 'ended' };
        // The next run would begin then, not before, and answer nothing until it has.
        if (parkedUntilMs > Date.now()) {
          await sleep(parkedUntilMs - Date.now());
          state = inbox.takeInto(state);
        }
        return handOn({ kind: 'messages', facts: state.later, floorMs: floorAfter(state), setAside: inbox.setAside });
      }
    }
  }
}

/** One attempt. Whatever went wrong around it, the rows know how far it came. */
async function trySend(state: SessionState, followupId: string): Promise<SendOutcome> {
  const request = sendInput(state, followupId);
  if (!request) return { outcome: 'withheld' };
  try {
    const title = state.plan.followups.find(({ id }) => id === followupId)?.title ?? followupId;
    return await gateway.sendFollowup.executeWithOptions({ ...oneAttempt, summary: title }, [request]);
  } catch {
    if (patched(patches.lostAttempts)) return deciding.settleLostAttempt(request);
    return { outcome: 'retry', cause: 'lost', retryAfterMs: null };
  }
}

/** Begins the next run: at once, or parked, when signals are kept for it without a task. */
async function handOn(carried: Carried): Promise<never> {
  await condition(allHandlersFinished);
  const { parkedUntilMs } = carried;
  const backoff = parkedUntilMs === undefined ? {} : { backoffStartInterval: Math.max(1, parkedUntilMs - Date.now()) };
  return makeContinueAsNewFunc<(input: unknown) => Promise<SessionResult>>(backoff)(inBrief(carried));
}
