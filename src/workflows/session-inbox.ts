import { defineSignal, patched, setHandler } from '@temporalio/workflow';
import { patches } from './patches';
import type { AgentHeard } from './policy/order-of-receipt';
import type { Fact, SessionState } from './policy/session-state';
import { ReceivedSignals } from './received-signals';
import { countUnknownSignals, takeUnknownSignals } from './unknown-signals';

/** Binds what a session receives to its run. The handlers only put things aside, to be applied together. */
export class SessionInbox {
  private readonly received: ReceivedSignals;

  /** @param heard of the agent by the runs before */
  constructor(setAside: number, heard: AgentHeard) {
    // Asked for only where it makes a difference: all other sessions go on with workers of before the patch, too.
    const mayMove = () => patched(patches.orderOfReceipt);
    this.received = new ReceivedSignals({ setAside, heard, now: Date.now, mayMove });
    // A signal that came before its handler is handled inside setHandler: everything above must be there by now.
    for (const [name, handle] of Object.entries(this.received.handlers))
      setHandler(defineSignal<[unknown]>(name), handle);
  }

  /** Whether something came in that could open a session. */
  get isEmpty(): boolean {
    return this.received.isEmpty;
  }

  /** Signals that could not be understood: they are set aside, counted, and change nothing. */
  get setAside(): number {
    return this.received.setAside + countUnknownSignals();
  }

  /** Takes the facts out. */
  take(): Fact[] {
    this.received.putAside(takeUnknownSignals());
    return this.received.take();
  }

  /** Whether anything in here is not in this state yet. */
  hasNewsFor(state: SessionState): boolean {
    return this.received.hasNewsFor(state);
  }

  /** The state with everything applied that has come in. Takes nothing out: queries ask, too. */
  appliedTo(state: SessionState): SessionState {
    return this.received.appliedTo(state);
  }

  /** The same, and takes everything out. */
  takeInto(state: SessionState): SessionState {
    this.received.putAside(takeUnknownSignals());
    return this.received.takeInto(state);
  }
}
