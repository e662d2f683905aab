import type { ReportedEvent } from '../checker/facts';

type Name = Pick<ReportedEvent, 'conversationId' | 'kind' | 'from' | 'id'>;

/** All that was reported, each event once, however often it was reported. */
export class EventLog {
  private readonly events = new Map<string, ReportedEvent>();

  note(event: Name & Pick<ReportedEvent, 'atMs' | 'way'>): ReportedEvent {
    const { conversationId, kind, from, id } = event;
    const key = JSON.stringify([conversationId, kind, from, id]);
    const known = this.events.get(key);
    if (known) return known;
    const noted = { ...event, acknowledgedMs: null, acknowledgedAtMs: null };
    this.events.set(key, noted);
    return noted;
  }

  get all(): ReportedEvent[] {
    return [...this.events.values()];
  }
}
