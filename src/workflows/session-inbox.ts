import { setHandler } from '@temporalio/workflow';
import { endSignal, messageSignal, planChangedSchema, planChangedSignal, readEnd, readMessage } from './messages';
import type { Fact } from './policy/session-state';
import { countUnknownSignals, takeUnknownSignals } from './unknown-signals';

/**
 * What came in and is not applied yet. The handlers only put things here, so that all that came at once is applied
 * together, in order of time, before anything is decided.
 */
export class SessionInbox {
  private facts: Fact[] = [];
  private bad: number;
  /** The newest revision of the plan that was announced. */
  announcedRevision = 0;

  constructor(setAside: number) {
    this.bad = setAside;
    // A signal that came before its handler is handled inside setHandler: everything above must be there by now.
    setHandler(messageSignal, (payload: unknown) => this.receive(readMessage(payload, Date.now())));
    setHandler(endSignal, (payload: unknown) => this.receive(readEnd(payload, Date.now())));
    setHandler(planChangedSignal, (payload: unknown) => {
      const announced = planChangedSchema.safeParse(payload);
      if (announced.success) this.announcedRevision = Math.max(this.announcedRevision, announced.data.revision);
      else this.bad++;
    });
  }

  private receive(fact: Fact | 'echo' | null): void {
    if (fact === null) this.bad++;
    else if (fact !== 'echo') this.facts.push(fact);
  }

  get waiting(): readonly Fact[] {
    return this.facts;
  }

  /** Signals that could not be understood: they are set aside, counted, and change nothing. */
  get setAside(): number {
    return this.bad + countUnknownSignals();
  }

  /** Takes everything out. */
  take(): Fact[] {
    this.bad += takeUnknownSignals();
    return this.facts.splice(0);
  }
}
