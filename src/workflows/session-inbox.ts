import { patched, setHandler } from '@temporalio/workflow';
import {
  endSignal,
  messageSignal,
  messagesEventSchema,
  messagesSignal,
  optedOutSchema,
  optedOutSignal,
  planChangedSchema,
  planChangedSignal,
  readEnd,
  readMessage,
} from './messages';
import { patches } from './patches';
import { announcePlan } from './policy/apply';
import { type AgentHeard, hearAgent, inOrderOfReceipt } from './policy/order-of-receipt';
import { type Fact, reduceAll, type SessionState } from './policy/session-state';
import { notePassedOver } from './policy/settle';
import { countUnknownSignals, takeUnknownSignals } from './unknown-signals';

/**
 * What came in and is not applied yet. The handlers only put things here, so that all that came at once is applied
 * together, in order of time, before anything is decided.
 */
export class SessionInbox {
  private facts: Fact[] = [];
  private bad: number;
  /** The newest revision of the plan that was announced. */
  private announcedRevision = 0;
  /** The last word on opting out that came in; null: none. */
  private optedOut: boolean | null = null;

  /** @param heard of the agent by the runs before */
  constructor(
    setAside: number,
    private heard: AgentHeard,
  ) {
    this.bad = setAside;
    // A signal that came before its handler is handled inside setHandler: everything above must be there by now.
    setHandler(messageSignal, (payload: unknown) => this.receive([readMessage(payload, Date.now())]));
    setHandler(messagesSignal, (payload: unknown) => {
      const events = messagesEventSchema.safeParse(payload);
      if (!events.success) this.bad++;
      else this.receive(events.data.map((event) => readMessage(event, Date.now())));
    });
    setHandler(optedOutSignal, (payload: unknown) => {
      const said = optedOutSchema.safeParse(payload);
      if (said.success) this.optedOut = said.data.optedOut;
      else this.bad++;
    });
    setHandler(endSignal, (payload: unknown) => this.receive([readEnd(payload, Date.now())]));
    setHandler(planChangedSignal, (payload: unknown) => {
      const announced = planChangedSchema.safeParse(payload);
      if (announced.success) this.announcedRevision = Math.max(this.announcedRevision, announced.data.revision);
      else this.bad++;
    });
  }

  /** @param reported by one signal: what is reported together is in no order but that of its times */
  private receive(reported: readonly (Fact | 'echo' | null)[]): void {
    const heardBefore = this.heard;
    for (const fact of reported) {
      if (fact === null) this.bad++;
      else if (fact !== 'echo') {
        if (fact.kind === 'message' && fact.from === 'agent') this.heard = hearAgent(this.heard, fact, Date.now());
        this.facts.push(placed(fact, heardBefore));
      }
    }
  }

  /** Whether something came in that could open a session. */
  get isEmpty(): boolean {
    return this.facts.length === 0;
  }

  /** Signals that could not be understood: they are set aside, counted, and change nothing. */
  get setAside(): number {
    return this.bad + countUnknownSignals();
  }

  /** Takes the facts out. */
  take(): Fact[] {
    this.bad += takeUnknownSignals();
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
    return reduceAll(notePassedOver(announced, Math.min(earliestMs, Date.now())), this.facts);
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

function placed(fact: Fact, heard: AgentHeard): Fact {
  const inOrder = inOrderOfReceipt(fact, heard, Date.now());
  // Asked for only where it makes a difference: all other sessions go on with workers of before it, too.
  return inOrder !== fact && patched(patches.orderOfReceipt) ? inOrder : fact;
}
