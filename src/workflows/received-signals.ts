import {
  endSignal,
  messageSignal,
  messagesSignal,
  optedOutSignal,
  planChangedSignal,
  readEnd,
  readMessage,
} from './messages';
import { announcePlan } from './policy/apply';
import { type AgentHeard, hearAgent, inOrderOfReceipt } from './policy/order-of-receipt';
import { type Fact, reduceAll, type SessionState } from './policy/session-state';
import { notePassedOver } from './policy/settle';
import { isMessageEvents, isOptedOut, isPlanChanged } from './signal-payloads';

/** What a run, or who looks into its history, needs to know to understand signals. */
export type Receiving = {
  /** Signals that were set aside before. */
  setAside: number;
  /** Of the agent, by the runs before. */
  heard: AgentHeard;
  now: () => number;
  /** Whether a reply may be moved after an agent message that was received before it; asked only where it would be. */
  mayMove: () => boolean;
};

/**
 * Signals that were received and are not applied yet: all that came at once is applied together, in order of time, before
 * anything is decided. No I/O: the workflow receives by it, and so does who explains a parked one from its history.
 */
export class ReceivedSignals {
  private facts: Fact[] = [];
  private bad: number;
  /** The newest revision of the plan that was announced. */
  private announcedRevision = 0;
  /** The last word on opting out that came in; null: none. */
  private optedOut: boolean | null = null;
  private heard: AgentHeard;

  constructor(private readonly receiving: Receiving) {
    this.bad = receiving.setAside;
    this.heard = receiving.heard;
  }

  /** What is done with the payload of each signal, by its name. */
  readonly handlers: Readonly<Record<string, (payload: unknown) => void>> = {
    [messageSignal.name]: (payload) => this.report([readMessage(payload, this.receiving.now())]),
    [messagesSignal.name]: (payload) => {
      if (isMessageEvents(payload)) this.report(payload.map((event) => readMessage(event, this.receiving.now())));
      else this.bad++;
    },
    [optedOutSignal.name]: (payload) => {
      if (isOptedOut(payload)) this.optedOut = payload.optedOut;
      else this.bad++;
    },
    [endSignal.name]: (payload) => this.report([readEnd(payload, this.receiving.now())]),
    [planChangedSignal.name]: (payload) => {
      if (isPlanChanged(payload)) this.announcedRevision = Math.max(this.announcedRevision, payload.revision);
      else this.bad++;
    },
  };

  /** Takes note of signals that nobody knows. */
  putAside(count: number): void {
    this.bad += count;
  }

  /** @param reported by one signal: what is reported together is in no order but that of its times */
  private report(reported: readonly (Fact | 'echo' | null)[]): void {
    const heardBefore = this.heard;
    for (const fact of reported) {
      if (fact === null) this.bad++;
      else if (fact !== 'echo') {
        if (fact.kind === 'message' && fact.from === 'agent')
          this.heard = hearAgent(this.heard, fact, this.receiving.now());
        this.facts.push(this.placed(fact, heardBefore));
      }
    }
  }

  private placed(fact: Fact, heard: AgentHeard): Fact {
    const inOrder = inOrderOfReceipt(fact, heard, this.receiving.now());
    return inOrder !== fact && this.receiving.mayMove() ? inOrder : fact;
  }

  /** Whether something came in that could open a session. */
  get isEmpty(): boolean {
    return this.facts.length === 0;
  }

  /** Signals that could not be understood: they are set aside, counted, and change nothing. */
  get setAside(): number {
    return this.bad;
  }

  /** Takes the facts out. */
  take(): Fact[] {
    return this.facts.splice(0);
  }

  /** Whether anything in here is not in this state yet. */
  hasNewsFor(state: SessionState): boolean {
    return (
      this.facts.length > 0 ||
      this.announcedRevision > state.announcedRevision ||
      (this.optedOut !== null && this.optedOut !== state.optedOut)
    );
  }

  /** The state with everything applied that has come in. Takes nothing out: queries ask, too. */
  appliedTo(state: SessionState): SessionState {
    const announced = announcePlan({ ...state, optedOut: this.optedOut ?? state.optedOut }, this.announcedRevision);
    if (this.facts.length === 0) return announced;
    const earliestMs = this.facts.reduce((earliest, { atMs }) => Math.min(earliest, atMs), Infinity);
    // What came due before these facts is noted before they change why.
    return reduceAll(notePassedOver(announced, Math.min(earliestMs, this.receiving.now())), this.facts);
  }

  /** The same, and takes everything out. */
  takeInto(state: SessionState): SessionState {
    const applied = this.appliedTo(state);
    this.take();
    // What was announced is in the state now; kept here, a revision that does not exist would be asked for for ever.
    this.announcedRevision = 0;
    this.optedOut = null;
    return applied;
  }
}
